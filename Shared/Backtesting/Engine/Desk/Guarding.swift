import Domain
import Exchange
import Portfolio
import Risk

/// The stage of stops and targets: positions are guarded by orders that rest at the exchange.
struct Guarding {
    let isOn: Bool
    var book: StopBook
    /// The orders that rest for each instrument, by their places, and for those which step of the ladder they are.
    fileprivate var resting: [[Int]]
    fileprivate var steps: [Int: Int] = [:]
    /// How many orders of others are on their way that make the position smaller: meanwhile no stop rests, because both
    /// together could sell more than there is.
    fileprivate var exits: [Int]
    fileprivate var exitPlaces: Set<Int> = []
    /// Whom the position of an instrument belongs to.
    fileprivate var strategies: [String]

    init(_ instruments: Int, _ settings: borrowing BacktestSettings) {
        isOn = !settings.stops.isEmpty
        book = StopBook(settings.stops, instruments: isOn ? instruments : 0, lot: settings.allocation.lot)
        resting = Array(repeating: [], count: isOn ? instruments : 0)
        exits = Array(repeating: 0, count: isOn ? instruments : 0)
        strategies = Array(repeating: "", count: isOn ? instruments : 0)
    }

    func guards(_ place: Int, of instrument: Int) -> Bool {
        isOn && resting[instrument].contains(place)
    }
}

extension TradingDesk {
    /// Looks at every position whose guard may have to change: after the bars of an instant, and after fills that come
    /// later in it.
    mutating func guardPositions(at now: Timestamp) throws {
        for instrument in risking.guarding.book.takeStale() {
            takeDown(instrument, at: now)
            guard risking.guarding.exits[instrument] == 0 else { continue }
            if risking.guarding.book.isOverdue(instrument) {
                try close(instrument, because: "stop: held for as many bars as it may be", at: now)
            } else {
                for leg in risking.guarding.book.legs(of: instrument) {
                    try rest(leg, of: instrument, at: now)
                }
            }
        }
    }

    /// Sells what is held, or buys back what is owed, at market.
    mutating func close(_ instrument: Int, because reason: String, at now: Timestamp) throws {
        let index = SymbolIndex(instrument)
        deciding.onStopped(instrument)
        let closings = ledger.closings(of: index, named: symbols[instrument], because: reason) {
            deciding.allocators[$0].speaker(of: instrument)
        }
        for (strategy, proposal) in closings {
            try propose(proposal, of: instrument, price: ledger[index].price, at: now, for: strategy)
        }
    }

    /// An order that makes a position smaller is about to be proposed: what guards the position makes way.
    mutating func standDown(before order: Order, of instrument: Int, at now: Timestamp) {
        let held = ledger[SymbolIndex(instrument)].quantity
        guard order.side == .sell ? held.isPositive : held.isNegative else { return }
        takeDown(instrument, at: now)
        // Where the proposal comes to nothing, the guard is put back.
        risking.guarding.book.touch(instrument)
    }

    /// An order of somebody else was sent.
    mutating func noteSent(_ place: Int, _ order: Order, of instrument: Int) {
        let held = ledger[SymbolIndex(instrument)].quantity
        risking.guarding.strategies[instrument] = order.strategy
        guard order.side == .sell ? held.isPositive : held.isNegative else { return }
        risking.guarding.exits[instrument] += 1
        risking.guarding.exitPlaces.insert(place)
    }

    /// An order has ended: one that guarded, or one for which the guard had made way.
    mutating func noteEnded(_ place: Int, of instrument: Int) {
        if risking.guarding.exitPlaces.remove(place) != nil {
            risking.guarding.exits[instrument] -= 1
            risking.guarding.book.touch(instrument)
        }
    }

    /// A fill of any order: what guards the position is brought up to it.
    mutating func followGuarded(_ fill: Fill, of instrument: Int, _ holding: Holding, _ place: Int?) {
        let isGuard = place.map { risking.guarding.guards($0, of: instrument) } ?? false
        if let place, isGuard, let step = risking.guarding.steps[place] {
            risking.guarding.book.onTarget(step, fill.quantity, of: instrument)
        }
        risking.guarding.book.onPosition(
            holding.quantity, average: holding.averagePrice, of: instrument)
        if isGuard, holding.quantity == .zero { deciding.onStopped(instrument) }
    }

    // MARK: Orders that rest

    private mutating func takeDown(_ instrument: Int, at now: Timestamp) {
        for place in risking.guarding.resting[instrument] {
            risking.guarding.steps[place] = nil
            cancel(place, at: now)
        }
        risking.guarding.resting[instrument].removeAll(keepingCapacity: true)
    }

    private mutating func rest(_ leg: StopBook.Leg, of instrument: Int, at now: Timestamp) throws {
        var verdicts: [Verdict] = []
        var reasons: [String] = []
        var order = Order(
            strategy: risking.guarding.strategies[instrument], symbol: symbols[instrument],
            side: ledger[SymbolIndex(instrument)].quantity.isPositive ? .sell : .buy, quantity: leg.quantity,
            timeInForce: .goodTillCancelled,
            orderClass: leg.stop != nil && leg.target != nil ? .oneCancelsOther : .simple)
        let place = executing.entries.count
        if let target = leg.target {
            order.kind = .limit
            order.limit = target.price
            risking.guarding.steps[place] = target.step
            reasons.append("target \(target.step + 1)")
            verdicts.append(
                risking.gate.onProtection(OrderProposal(order: order), cause: risking.nextCause()))
            order.limit = nil
            order.parent = verdicts[0].order.id
        }
        if let stop = leg.stop {
            order.kind = stop.trail == nil && stop.trailShare == 0 ? .stop : .trailingStop
            order.stop = stop.price
            order.trail = stop.trail
            order.trailShare = stop.trailShare
            reasons.append(order.kind == .stop ? "stop" : "trailing stop")
            verdicts.append(
                risking.gate.onProtection(OrderProposal(order: order), cause: risking.nextCause()))
        }
        risking.guarding.resting[instrument] += place..<(place + verdicts.count)
        try executeGuards(verdicts, of: instrument, because: reasons, at: now)
    }
}
