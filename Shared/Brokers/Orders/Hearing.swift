import Domain

/// What the broker says of orders and fills, by whichever way it comes, as often as it comes.
extension BrokerDesk {
    func hear(_ told: BrokerOrder, _ origin: Origin, _ message: Message, _ outbox: inout Outbox) {
        guard let place = place(of: told) else {
            return noteStranger(told, &outbox)
        }
        let order = errands[place].order
        guard told.symbol == order.symbol, told.side == order.side else {
            return differ(
                order.symbol, "order", ours: "\(order.side) of \(order.symbol)",
                theirs: "\(told.side) of \(told.symbol)", "order \(order.id) is another one at the broker",
                message, &outbox)
        }
        if !told.venueOrderId.isEmpty {
            if errands[place].replaces >= 0 { takeOver(place, told.venueOrderId) }
            errands[place].venueId = told.venueOrderId
            venuePlaces[told.venueOrderId] = place
        }
        errands[place].told = max(errands[place].told, told.filled)
        forgotten.removeAll { $0 == place }
        guard errands[place].stage != .ended else { return seekFills(of: place) }
        if told.status != .rejected { acknowledge(place, origin) }
        errands[place].stage = .working
        // What has ended does not work again: a word of that kind is an older one.
        if told.status != .working {
            errands[place].ending = told.status
            errands[place].endingText = told.explanation
        }
        if errands[place].replaces >= 0 { endReplaced(by: place, origin) }
        finish(place, origin)
        if told.status == .rejected { tellUnprotected(place, &outbox) }
        seekFills(of: place)
    }

    func place(of told: BrokerOrder) -> Int? {
        places[told.orderId] ?? venuePlaces[told.venueOrderId] ?? legPlace(told)
    }

    /// A broker may change an order under its old name. What that had traded is then a part of what is ordered now, and
    /// what it has traded unheard will come under the name of both.
    private func takeOver(_ place: Int, _ venueId: String) {
        let old = errands[place].replaces
        guard errands[place].venueId.isEmpty, errands[old].venueId == venueId else { return }
        errands[place].pieces = errands[old].pieces
        errands[place].filled = errands[old].filled
        errands[place].inherited = errands[old].filled
        errands[place].told = max(errands[place].told, errands[old].told)
        errands[old].told = errands[old].filled
    }

    private func acknowledge(_ place: Int, _ origin: Origin) {
        guard !errands[place].isAcknowledged else { return }
        errands[place].isAcknowledged = true
        report(.accepted, place, because: origin)
    }

    /// The replacement stands, so the order before it does not.
    private func endReplaced(by place: Int, _ origin: Origin) {
        let old = errands[place].replaces
        errands[old].successor = place
        takeOverLeg(place, from: old)
        guard errands[old].stage == .working, errands[old].ending == nil else { return }
        errands[old].ending = .replaced
        finish(old, origin)
    }

    /// Tells of an order's end, once all that it has traded is known.
    private func finish(_ place: Int, _ origin: Origin) {
        let errand = errands[place]
        guard let ending = errand.ending, errand.filled >= errand.told else { return }
        // A pair of replacement and original: which one stands is known when the successor is.
        end(place)
        switch ending {
        case .working: break
        case .filled:
            guard errand.filled - errand.inherited < errand.order.quantity else { break }
            let isSpent = errand.order.notional != nil
            let reason =
                errand.inherited.isPositive
                ? "\(errand.inherited) of it had traded as the order that it replaced"
                : isSpent
                    ? "its money is spent"
                    : errand.yielded.isPositive
                        ? "\(errand.yielded) of it had been traded by what made way for it"
                        : errand.isPart
                            ? "the broker had confirmed no more of \(errand.order.symbol)"
                            : "the rest is not at the broker"
            report(.cancelled, place, reason, isSpent: isSpent, because: origin)
        case .cancelled: report(.cancelled, place, errand.endingText, because: origin)
        case .expired: report(.expired, place, errand.endingText, because: origin)
        case .rejected:
            // What was refused because its order was, is no refusal of its own.
            let isAlone = isLeftAlone(place)
            report(
                isAlone ? .cancelled : .rejected, place, isAlone ? Reasons.alone : errand.endingText,
                because: origin)
            // Of two of which one cancels the other the other one stands.
            if errand.order.orderClass != .oneCancelsOther { callBackFamily(of: place) }
        case .replaced: report(.replaced, place, errand.endingText, because: origin)
        }
        askAboutFamily(of: place)
        // A cancellation that came too late.
        if ending == .filled, errand.wantsCancel {
            report(.cancelRejected, place, "the order has traded", because: origin)
        }
    }

    /// Fills that the broker tells of and has not given are looked for.
    private func seekFills(of place: Int) {
        guard errands[place].filled < errands[place].told else { return }
        lookDue = min(lookDue, clock + setup.backOff / 4)
    }

    // MARK: Fills

    func hear(_ activity: BrokerActivity, _ origin: Origin, _ message: Message, _ outbox: inout Outbox) {
        guard !activity.venueOrderId.isEmpty else { return noteCharge(activity, origin, &outbox) }
        guard let place = venuePlaces[activity.venueOrderId] else {
            // It may be of an order that left, and of which no answer has come yet.
            guard setup.guards.contains(.keepOrphans) else { return takeStranger(activity, message, &outbox) }
            if !books.knows(activity.key) { books.orphans.append(activity) }
            return
        }
        take(activity, of: place, origin, message, &outbox)
    }

    private func take(
        _ activity: BrokerActivity, of place: Int, _ origin: Origin, _ message: Message,
        _ outbox: inout Outbox
    ) {
        let piece = Errand.Piece(
            from: activity.total - activity.quantity, to: activity.total, price: activity.price,
            toldAt: .distantFuture)
        let order = errands[place].order
        if errands[place].stage == .ended, !setup.guards.contains(.hearAfterEnd) { return }
        if setup.guards.contains(.knowParts),
            let known = errands[place].pieces.first(where: { $0.from < piece.to && piece.from < $0.to })
        {
            guard !known.repeats(piece) else { return }
            return differ(
                order.symbol, "fill", ours: "\(known.to - known.from) at \(known.price)",
                theirs: "\(activity.quantity) at \(activity.price)",
                "two fills of order \(order.id) are of the same part of it", message, &outbox)
        }
        errands[place].pieces.append(piece)
        errands[place].filled += activity.quantity
        errands[place].told = max(errands[place].told, activity.total)
        books.book(activity.symbol, order.side, activity.quantity, activity.price)
        books.cash += activity.amount
        look?.disturb(activity.symbol)
        pending.append(Pending(report: told(activity, of: order), origin: origin))
        if errands[place].stage != .ended { errands[place].stage = .working }
        // An order for an amount of money is sent for the shares that it pays for, and its own quantity is a bound.
        let most = max(errands[place].sent?.quantity ?? order.quantity, quantityAfterChange(of: place))
        if errands[place].filled > most, setup.guards.contains(.countOverfills) {
            differ(
                order.symbol, "order", ours: "\(most) were ordered",
                theirs: "\(errands[place].filled) have traded", "order \(order.id) has traded too much",
                message, &outbox)
        }
        noteFamilyExcess(of: place, message, &outbox)
        finish(place, origin)
        seekFills(of: place)
    }

    /// What it may be by now, where a replacement that has left may have come there.
    private func quantityAfterChange(of place: Int) -> Quantity {
        let heirs = live.filter { errands[$0].replaces == place && errands[$0].sends > 0 }
        return heirs.map { errands[$0].order.quantity }.max() ?? .zero
    }

    private func told(_ activity: BrokerActivity, of order: Order) -> BrokerReport {
        BrokerReport(
            kind: .filled, account: setup.account, orderId: order.id, venueOrderId: activity.venueOrderId,
            fill: Fill(
                id: activity.id, orderName: order.name, account: setup.account, strategy: order.strategy,
                symbol: order.symbol, side: order.side, quantity: activity.quantity, price: activity.price,
                fee: -activity.amount, at: activity.at),
            at: activity.at, symbol: order.symbol)
    }

    /// Fills of orders that were not known when they came: ours by now, or else somebody's.
    func examineOrphans(_ message: Message, _ outbox: inout Outbox) {
        let waiting = books.orphans
        books.orphans = []
        for activity in waiting {
            if let place = venuePlaces[activity.venueOrderId] {
                take(activity, of: place, message.asOrigin, message, &outbox)
            } else if live.contains(where: {
                errands[$0].order.symbol == activity.symbol && errands[$0].venueId.isEmpty
                    && errands[$0].sends > 0
            }) {
                books.orphans.append(activity)
            } else if !books.knows(activity.key) {
                takeStranger(activity, message, &outbox)
            }
        }
    }

    /// Somebody else traded on the account.
    private func takeStranger(_ activity: BrokerActivity, _ message: Message, _ outbox: inout Outbox) {
        books.remember(activity.key)
        look?.disturb(activity.symbol)
        books.bookOther(activity.symbol, activity.side, activity.quantity, activity.price)
        books.cash += activity.amount
        guard setup.symbols.contains(activity.symbol) else { return }
        books.strangers.append(activity)
        differ(
            activity.symbol, "fill", ours: "nobody has ordered it",
            theirs: "\(activity.side) \(activity.quantity) at \(activity.price)",
            "execution \(activity.id) is of order \(activity.venueOrderId), which is none of ours", message,
            &outbox)
    }

    private func noteCharge(_ activity: BrokerActivity, _ origin: Origin, _ outbox: inout Outbox) {
        guard !books.knows(activity.id) else { return }
        books.remember(activity.id)
        books.cash += activity.amount
        forgetDue(of: activity)
        tell(payment: activity.amount, activity.kind, of: activity.symbol, at: activity.at, origin)
    }

    /// Portfolio is told what of a payment is ours. Interest is for those who have borrowed, and what companies pay for those
    /// who hold; what else is charged changes the account's cash alone.
    func tell(payment: Money, _ kind: String, of symbol: Symbol, at: Timestamp, _ origin: Origin) {
        let amount = ours(of: payment, kind, symbol)
        guard amount != .zero else { return }
        pending.append(
            Pending(
                report: BrokerReport(
                    kind: .state, account: setup.account, explanation: kind, at: at, symbol: symbol,
                    charge: -amount),
                origin: origin))
    }

    /// What of a payment our orders have brought about. A company pays for the shares of some days before: when none is held
    /// any more they were ours, and beside somebody else's it is divided by what each holds now.
    private func ours(of payment: Money, _ kind: String, _ symbol: Symbol) -> Money {
        let holding = books.holding(of: symbol)
        if kind == "INT" { return holding.ours.isNegative ? payment : .zero }
        guard kind.hasPrefix("DIV"), setup.symbols.contains(symbol) else { return .zero }
        if holding.others == .zero { return payment }
        guard holding.ours != .zero, holding.ours.isNegative == holding.others.isNegative else {
            return .zero
        }
        guard let part = try? payment.scaled(holding.ours.units, over: holding.expected.units) else {
            preconditionFailure("a part of \(payment) is no more than the whole")
        }
        return part
    }

    private func noteStranger(_ told: BrokerOrder, _ outbox: inout Outbox) {
        guard told.status == .working, !books.knows(told.venueOrderId), !isPerhapsLeg(told) else { return }
        books.remember(told.venueOrderId)
        alarm(
            .notice, "external",
            "order \(told.venueOrderId) (\(told.side) \(told.quantity) of \(told.symbol)) at the broker is none of ours",
            &outbox)
    }
}

extension BrokerActivity {
    /// By what it is known again: a broker may call one execution by two names.
    fileprivate var key: String { venueOrderId.isEmpty ? id : "\(venueOrderId)/\(total)" }
}
