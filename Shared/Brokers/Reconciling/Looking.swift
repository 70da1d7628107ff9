import Domain

/// One look at the broker: questions one after the other, whose answers are held against what should be so.
struct Look {
    /// Positions, cash and clock too.
    var isFull: Bool
    /// How much had broken when it began.
    var breaks: Int
    var steps: [BrokerCallKind]
    var isAsked = false
    /// The last activity of the page before.
    var after = ""
    /// Something came of these symbols meanwhile: they are compared the next time.
    var disturbed: [Symbol] = []

    init(isFull: Bool, breaks: Int) {
        self.isFull = isFull
        self.breaks = breaks
        steps =
            isFull ? [.clock, .orders, .activities, .positions, .funds] : [.orders, .activities]
    }

    mutating func disturb(_ symbol: Symbol) { disturbed.append(symbol) }
}

/// Reconciliation: at the start, after every break, every minute, and when a session has ended.
extension BrokerDesk {
    func goOnLooking(_ outbox: inout Outbox) {
        if look == nil {
            guard clock >= lookDue || clock >= fullDue else { return }
            let isFull = clock >= fullDue || askedThrough != breaks
            look = Look(isFull: isFull, breaks: breaks)
        }
        guard let look, !look.isAsked, let step = look.steps.first else { return }
        self.look!.isAsked = true
        call(step, after: step == .activities ? look.after : "", &outbox)
    }

    func answerLook(_ call: Call, _ news: BrokerNews, _ message: Message, _ outbox: inout Outbox) {
        guard look?.steps.first == call.kind else { return }
        guard news.kind == .answered else { return breakOff(news, &outbox) }
        look!.isAsked = false
        if call.kind == .activities {
            for activity in news.activities where setup.guards.contains(.readActivities) {
                hear(activity, message.asOrigin, message, &outbox)
                books.newest = max(books.newest, activity.at)
            }
            if !news.next.isEmpty { return look!.after = news.next }
            examineOrphans(message, &outbox)
        }
        if let clock = news.clock { take(clock, at: news.at, &outbox) }
        if call.kind == .orders { take(news.orders, message, &outbox) }
        if call.kind == .positions { compare(news.positions, message, &outbox) }
        if let funds = news.funds { compare(funds, message, &outbox) }
        look!.steps.removeFirst()
        if look!.steps.isEmpty { endLook(&outbox) }
    }

    /// It is begun anew after a while.
    private func breakOff(_ news: BrokerNews, _ outbox: inout Outbox) {
        look = nil
        failures += 1
        lookDue = max(clock + setup.wait(after: failures - 1), quietUntil)
        // A full one that is overdue waits as well: else it would be begun anew without a pause.
        fullDue = lookDue
        if news.kind == .refused || news.kind == .notFound, failures.nonzeroBitCount == 1 {
            alarm(.critical, "broker", "the broker refuses what is asked: \(news.explanation)", &outbox)
        }
    }

    private func endLook(_ outbox: inout Outbox) {
        guard let look else { return }
        self.look = nil
        failures = 0
        askedThrough = look.breaks
        lookDue = clock + (isListening ? setup.interval : setup.look)
        if look.isFull {
            books.isFounded = true
            fullDue = clock + setup.interval
            // What was in motion, or differs for the first time, is looked at again soon.
            if !look.disturbed.isEmpty || !market.suspects.isEmpty || cashIsSuspect {
                fullDue = clock + setup.backOff
            }
        }
        if market.dayHasEnded {
            market.dayHasEnded = false
            endDayOfHeads()
            // What may be done with a symbol is asked anew for the next day.
            market.asked = []
            fullDue = clock
        }
        lookDue = askedThrough == breaks ? min(lookDue, fullDue) : clock
    }

    /// Cash has differed once, and nobody has been told; where it is told late it is not looked at sooner for that.
    private var cashIsSuspect: Bool {
        setup.cashLag == 0 && market.cashSuspect != .zero && !differences.contains { $0.kind == "cash" }
    }

    // MARK: Held against each other

    private func take(_ told: BrokerClock, at now: Timestamp, _ outbox: inout Outbox) {
        if market.isOpen, !told.isOpen { market.dayHasEnded = true }
        market.isOpen = told.isOpen
        market.nextOpen = told.nextOpen
        market.knowsHours = true
        if !books.isFounded {
            books.foundedAt = told.at
            books.newest = told.at
        }
        let skew = told.at - now
        let isSkewed = setup.skewMax > 0 && (skew > setup.skewMax || skew < -setup.skewMax)
        if isSkewed, !market.isSkewed {
            alarm(
                .critical, "clock",
                "the broker's clock is \(Interval(nanoseconds: skew < 0 ? -skew : skew)) "
                    + "\(skew < 0 ? "behind" : "ahead of") this machine's: set the clock right", &outbox)
        }
        market.isSkewed = isSkewed
    }

    /// The orders that work at the broker.
    private func take(_ orders: [BrokerOrder], _ message: Message, _ outbox: inout Outbox) {
        for order in orders {
            hear(order, message.asOrigin, message, &outbox)
            seekReturned(order)
        }
        let working = Set(orders.map(\.venueOrderId))
        for place in live
        where errands[place].stage == .working && errands[place].ending == nil
            && !working.contains(errands[place].venueId)
        {
            // It has ended while nobody listened.
            errands[place].askAt = clock
        }
    }

    /// An order that has ended here works there. That may be an older word: it is asked about by itself.
    private func seekReturned(_ told: BrokerOrder) {
        guard setup.guards.contains(.seekReturned), told.status == .working,
            let place = places[told.orderId] ?? venuePlaces[told.venueOrderId],
            errands[place].stage == .ended
        else { return }
        seek(place)
    }

    /// An order that has ended is asked about once more.
    func seek(_ place: Int) {
        if !live.contains(place) { live.append(place) }
        errands[place].askAt = clock
    }

    private func compare(_ positions: [Position], _ message: Message, _ outbox: inout Outbox) {
        var seen: [Symbol] = []
        for position in positions {
            seen.append(position.symbol)
            books.change(position.symbol) {
                $0.theirs = position.quantity
                $0.since = .zero
                $0.price = position.averagePrice
            }
        }
        for holding in books.holdings where !seen.contains(holding.symbol) {
            books.change(holding.symbol) {
                $0.theirs = .zero
                $0.since = .zero
            }
        }
        guard setup.guards.contains(.comparePositions) else { return }
        var suspects: [BrokerMarket.Suspect] = []
        for holding in books.holdings where holding.theirs != holding.expected {
            let gap = holding.theirs - holding.expected
            guard setup.symbols.contains(holding.symbol) else {
                books.change(holding.symbol) { $0.others += gap }
                continue
            }
            guard !isMoving(holding.symbol) else { continue }
            let suspect = BrokerMarket.Suspect(symbol: holding.symbol, gap: gap)
            guard market.suspects.contains(suspect) || !books.isFounded else {
                suspects.append(suspect)
                continue
            }
            differ(
                holding.symbol, "position", ours: "\(holding.expected)", theirs: "\(holding.theirs)",
                books.isFounded
                    ? "no fill explains \(gap)" : "the account held it before anything was ordered here",
                message, &outbox)
        }
        market.suspects = suspects
    }

    /// Fills of a symbol are on their way.
    private func isMoving(_ symbol: Symbol) -> Bool {
        look?.disturbed.contains(symbol) == true || books.orphans.contains { $0.symbol == symbol }
            || live.contains { errands[$0].order.symbol == symbol && errands[$0].filled < errands[$0].told }
    }

    private func compare(_ funds: Account, _ message: Message, _ outbox: inout Outbox) {
        var told = funds
        told.account = setup.account
        books.funds = told
        guard books.isFounded else {
            books.cash = funds.cash
            if funds.cash < setup.cash {
                alarm(
                    .warning, "cash",
                    "the broker's account has \(funds.cash), where backtest.cash says \(setup.cash)", &outbox)
            }
            return
        }
        let gap = funds.cash - books.cash
        let isMoving =
            look?.disturbed.isEmpty == false || !books.orphans.isEmpty
            || live.contains { errands[$0].filled < errands[$0].told }
        guard !isMoving else { return }
        if isPaid(gap, message.asOrigin, &outbox) || max(gap, -gap) <= setup.cashTolerance {
            books.cash = funds.cash
            return market.cashSuspect = .zero
        }
        guard market.cashSuspect == gap else {
            market.cashSince = clock
            return market.cashSuspect = gap
        }
        guard clock >= market.cashSince + setup.cashLag else { return }
        differ(
            Symbol(), "cash", ours: "\(books.cash)", theirs: "\(funds.cash)", "no fill explains \(gap)",
            message, &outbox)
    }
}
