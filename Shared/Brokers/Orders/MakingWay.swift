import Domain

/// Orders that make way for others: a guard for the exit, or for another guard. What somebody wants cancelled may trade
/// until it has ended, so nothing new leaves for its symbol before that end is known; and what it has traded meanwhile, of
/// which whoever asked for the new order could not know, that one does not trade once more.
extension BrokerDesk {
    /// Somebody wants an order to end: with it ends the other one of a pair.
    func callOff(_ place: Int) {
        for member in pair(of: place) {
            errands[member].isCalledOff = true
            errands[member].staysOn = false
        }
    }

    /// The broker has refused to end an order, and it works.
    func noteStaying(_ place: Int) {
        for member in pair(of: place) where errands[member].isCalledOff { errands[member].staysOn = true }
    }

    /// The other one of its pair was called off and has ended, and the broker has left this one.
    func isLeftBehind(_ place: Int) -> Bool {
        errands[place].isCalledOff && !errands[place].staysOn
            && pair(of: place).contains { $0 != place && errands[$0].stage == .ended }
    }

    /// A part that was traded is known to everybody from this step on.
    func noteTold(_ id: String) {
        guard let place = places[id] else { return }
        for piece in errands[place].pieces.indices
        where errands[place].pieces[piece].toldAt == .distantFuture {
            errands[place].pieces[piece].toldAt = closed
        }
    }

    // MARK: Waiting

    /// Whether an order has to wait for the end of another one. Where the broker will not end that one it is asked to do so
    /// once more; where it still will not, the order that waits is held back.
    func waitsForOthers(_ place: Int, _ outbox: inout Outbox) -> Bool {
        guard setup.guards.contains(.awaitEnds), let other = awaitedEnd(before: place) else { return false }
        if errands[other].staysOn, errands[place].waitsSince != nil {
            holdBack(
                place,
                because:
                    "order \(errands[other].order.id) was to make way for it, and the broker does not end that one"
            )
            return true
        }
        if errands[other].staysOn {
            callOff(other)
            errands[other].isUnwanted = true
            if !isBusy(other) { send(other, &outbox) }
        }
        errands[place].waitsSince = errands[place].waitsSince ?? clock
        return true
    }

    /// When a person is told that an order waits; nothing where it does not, or somebody was told.
    func waitIsTold(_ place: Int) -> Timestamp? {
        errands[place].isWaitTold ? nil : errands[place].waitsSince.map { $0 + setup.waitLongest }
    }

    func tellOfWaits(_ outbox: inout Outbox) {
        for place in live {
            guard let due = waitIsTold(place), clock >= due, let other = awaitedEnd(before: place) else {
                continue
            }
            errands[place].isWaitTold = true
            let order = errands[place].order
            alarm(
                .critical, "waiting",
                "order \(order.id) (\(order.side) \(order.quantity) of \(order.symbol)) waits until it is known how order "
                    + "\(errands[other].order.id) has ended, which was to make way for it", &outbox)
        }
    }

    /// An order of the same symbol that is to end, has left, and has not ended. Of one that the broker has forgotten no end
    /// will come: its symbol is frozen.
    private func awaitedEnd(before place: Int) -> Int? {
        live.first {
            let other = errands[$0]
            return $0 != place && other.order.symbol == errands[place].order.symbol && other.sends > 0
                && other.stage != .ended && (other.isCalledOff || other.isUnwanted) && !forgotten.contains($0)
        }
    }

    // MARK: What was traded meanwhile

    /// Takes off an order what those that made way for it have traded unknown to whoever asked for it. Why nothing of it is
    /// left to send; nothing where something is.
    func takeOff(_ place: Int) -> String? {
        guard setup.guards.contains(.countUnheard) else { return nil }
        let order = errands[place].sent ?? shaped(errands[place].order)
        var left = order.quantity
        for other in errands.indices where other != place && errands[other].isCalledOff && left.isPositive {
            guard isOfSameShares(errands[other].order, order) else { continue }
            for piece in errands[other].pieces.indices
            where errands[other].pieces[piece].toldAt > errands[place].askedFor {
                let traded = errands[other].pieces[piece]
                let part = min(left, traded.to - traded.from - traded.counted)
                errands[other].pieces[piece].counted += part
                left -= part
                // How much its money was to buy beside that, nobody knows.
                guard part == .zero || left.isPositive && order.notional == nil else {
                    return
                        "order \(errands[other].order.id), which made way for it, has traded what it was for"
                }
            }
        }
        guard left < order.quantity else { return nil }
        var part = order
        part.quantity = left
        errands[place].sent = part
        for member in members(of: place) { errands[member].yielded += order.quantity - left }
        return nil
    }

    /// What guards the position of several strategies is nobody's, and neither is what closes one by a person's word.
    private func isOfSameShares(_ one: Order, _ other: Order) -> Bool {
        one.symbol == other.symbol && one.side == other.side
            && (one.strategy == other.strategy || one.strategy.isEmpty || other.strategy.isEmpty)
    }
}
