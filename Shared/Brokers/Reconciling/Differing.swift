import Domain

/// Where the views part: the symbol is frozen, and stays so until a person has settled it.
extension BrokerDesk {
    func differ(
        _ symbol: Symbol, _ kind: String, ours: String, theirs: String, _ explanation: String,
        _ message: Message, _ outbox: inout Outbox
    ) {
        let isKnown = differences.contains {
            $0.symbol == symbol && $0.kind == kind && $0.theirs == theirs
                && ($0.explanation == explanation || kind == "position")
        }
        guard !isKnown else { return }
        let cause = BrokerDesk.name(of: message)
        differences.append(
            BrokerDifference(
                symbol: symbol, kind: kind, ours: ours, theirs: theirs, explanation: explanation,
                cause: cause,
                at: clock))
        let what = symbol == Symbol() ? "the account" : "\(symbol)"
        alarm(
            .critical, "difference",
            "\(what) is frozen: by \(kind) here \(ours), at the broker \(theirs): \(explanation) (\(cause)); "
                + "`tradewind reconcile` shows and settles it", &outbox)
    }

    /// Why nothing may be opened in a symbol; nothing where it may.
    func frozen(_ symbol: Symbol) -> BrokerDifference? {
        differences.first { $0.symbol == symbol || $0.symbol == Symbol() }
    }

    // MARK: A person's word

    /// `settle SYMBOL book|external` (or `cash`): what differs is taken into our books, or is somebody else's.
    func obey(_ wish: Command, _ message: Message, _ outbox: inout Outbox) {
        guard wish.verb == "settle", wish.arguments.count == 2, !wish.why.isEmpty else {
            return alarm(.warning, "wish", "\(wish.who) wants what is not understood: \(wish.verb)", &outbox)
        }
        let isCash = wish.arguments[0] == "cash"
        let symbol = isCash ? Symbol() : Symbol(wish.arguments[0]) ?? Symbol()
        guard differences.contains(where: { $0.symbol == symbol }), isCash || symbol != Symbol() else {
            return alarm(
                .warning, "settled", "\(wish.who) settles \(wish.arguments[0]), where nothing differs",
                &outbox)
        }
        let isBooked = wish.arguments[1] == "book"
        if isCash {
            if isBooked { tellCash(wish, message.asOrigin) }
            books.cash = books.funds.cash
            market.cashSuspect = .zero
        } else {
            settle(symbol, isBooked: isBooked, wish, message.asOrigin)
        }
        differences.removeAll { $0.symbol == symbol }
        endForgotten(symbol, wish, message.asOrigin)
        fullDue = clock
        alarm(
            .notice, "settled",
            "\(wish.who) has settled \(wish.arguments[0]) (\(isBooked ? "taken into the books" : "not ours")): "
                + wish.why, &outbox)
    }

    private func settle(_ symbol: Symbol, isBooked: Bool, _ wish: Command, _ origin: Origin) {
        let strangers = books.strangers.filter { $0.symbol == symbol }
        books.strangers.removeAll { $0.symbol == symbol }
        let holding = books.holding(of: symbol)
        let gap = holding.theirsByNow - holding.expected
        guard isBooked else {
            return books.change(symbol) { $0.others += gap }
        }
        for activity in strangers {
            let quantity = activity.side == .buy ? activity.quantity : -activity.quantity
            books.change(symbol) {
                $0.ours += quantity
                $0.others -= quantity
            }
            tell(activity.id, symbol, activity.side, activity.quantity, activity.price, activity.at, origin)
        }
        guard gap != .zero else { return }
        books.change(symbol) { $0.ours += gap }
        let price = holding.price.isPositive ? holding.price : market.price(of: symbol) ?? .zero
        tell(
            "settled:\(wish.id)", symbol, gap.isPositive ? .buy : .sell, max(gap, -gap), price, clock, origin)
    }

    /// Money that somebody put into the account, or took out: portfolio's books have it from now on.
    private func tellCash(_ wish: Command, _ origin: Origin) {
        let gap = books.funds.cash - books.cash
        guard gap != .zero else { return }
        pending.append(
            Pending(
                report: BrokerReport(
                    kind: .state, account: setup.account,
                    explanation: "\(wish.who) has settled it: \(wish.why)",
                    at: clock, charge: -gap),
                origin: origin))
    }

    /// Whoever has settled a symbol knows what became of the orders of which the broker does not tell any more.
    private func endForgotten(_ symbol: Symbol, _ wish: Command, _ origin: Origin) {
        for place in forgotten where errands[place].order.symbol == symbol && errands[place].stage != .ended {
            end(place)
            report(.cancelled, place, "\(wish.who) has settled it: \(wish.why)", because: origin)
        }
        forgotten.removeAll { errands[$0].order.symbol == symbol }
    }

    /// A fill that none of our orders has brought.
    private func tell(
        _ id: String, _ symbol: Symbol, _ side: Side, _ quantity: Quantity, _ price: Price, _ at: Timestamp,
        _ origin: Origin
    ) {
        let fill = Fill(
            id: id, orderId: "external", account: setup.account, symbol: symbol, side: side,
            quantity: quantity, price: price, at: at)
        pending.append(
            Pending(
                report: BrokerReport(
                    kind: .filled, account: setup.account, orderId: "external", fill: fill, at: at,
                    symbol: symbol),
                origin: origin))
    }

    // MARK: What a person may look at

    /// Everything that was unknown has been asked for, and nothing differs.
    var isReconciled: Bool {
        books.isFounded && askedThrough == breaks && differences.isEmpty && !market.isSkewed
    }

    func tellStanding(_ outbox: inout Outbox) {
        var now = BrokerCall(kind: .standing, isReconciled: isReconciled, differences: differences)
        now.working = UInt64(live.count { errands[$0].stage == .working })
        now.unknown = UInt64(live.count { errands[$0].stage == .unknown })
        now.kept = UInt64(live.count { [.intent, .sent].contains(errands[$0].stage) })
        guard now != standing else { return }
        standing = now
        outbox.send(.brokerCall(now), on: .brokerCall)
    }
}
