import Domain
import Exchange
import Portfolio
import Stops

/// The stage of stops and targets: positions are guarded by orders that rest at the exchange.
struct Guarding {
    let isOn: Bool
    var positions: PositionGuards
    /// The number of the next proposal on its topic.
    private var proposalNumber: UInt64 = 0

    init(_ instruments: Int, _ settings: borrowing BacktestSettings) {
        isOn = !settings.stops.isEmpty
        positions = PositionGuards(
            settings.stops, instruments: isOn ? instruments : 0, lot: settings.allocation.lot)
    }

    fileprivate mutating func nextCause() -> Cause {
        proposalNumber += 1
        return Cause(topic: .guardProposal, epoch: 1, number: proposalNumber)
    }
}

extension TradingDesk {
    /// Looks at every position whose guard may have to change: after the bars of an instant, and after fills that come
    /// later in it.
    mutating func guardPositions(at now: Timestamp) throws {
        for need in risking.guarding.positions.takeNeeds() {
            if need.isOverdue {
                try close(need.instrument, because: "stop: held for as many bars as it may be", at: now)
                continue
            }
            takeDown(need.replaced, at: now)
            for leg in need.legs { try rest(leg, of: need.instrument, at: now) }
            // To say that nothing is guarded any more is a proposal too.
            if need.legs.isEmpty { _ = risking.guarding.nextCause() }
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
            // Or what is decided at the end of the instant would close it once more, where the exchange refuses at once.
            deciding.allocators[strategy].onOrderSent(of: instrument)
            deciding.closings.append((strategy, instrument))
            try propose(proposal, of: instrument, price: ledger[index].price, at: now, for: strategy)
        }
    }

    /// All that an instant asks for has been decided: from now on what became of its closings counts.
    mutating func forgetClosings() {
        guard !deciding.closings.isEmpty else { return }
        for (strategy, instrument) in deciding.closings {
            deciding.allocators[strategy].onOrderEnd(of: instrument)
        }
        deciding.closings.removeAll(keepingCapacity: true)
    }

    /// An order of somebody else is approved and about to leave: where it makes a position smaller, what guards that
    /// makes way.
    mutating func standDown(before order: Order, of instrument: Int, at now: Timestamp) {
        let held = ledger[SymbolIndex(instrument)].quantity
        takeDown(risking.guarding.positions.onSent(order, of: instrument, held: held), at: now)
    }

    /// A fill of any order: what guards the position is brought up to it.
    mutating func followGuarded(_ fill: Fill, of instrument: Int, _ holding: Holding) {
        let isStopped = risking.guarding.positions.onFill(
            of: fill.orderName, fill.quantity, leaving: holding.quantity, average: holding.averagePrice,
            of: instrument)
        if isStopped { deciding.onStopped(instrument) }
    }

    // MARK: Orders that rest

    private mutating func takeDown(_ names: [OrderName], at now: Timestamp) {
        for name in names {
            guard let place = executing.execution.place(of: name), !endsWithParent(place) else { continue }
            cancel(place, at: now)
        }
    }

    /// The other of its pair works, and takes it along when it is cancelled.
    private func endsWithParent(_ place: Int) -> Bool {
        executing.execution.place(of: executing.execution.orders[place].order.parent).map {
            executing.entries[$0].isWorking
        } ?? false
    }

    private mutating func rest(_ leg: StopBook.Leg, of instrument: Int, at now: Timestamp) throws {
        // What guards the account's position is nobody's of several.
        let speaker =
            deciding.parts.count == 1 ? risking.guarding.positions.speaker(of: instrument) : ""
        let order = leg.order(
            for: speaker, of: symbols[instrument], closing: ledger[SymbolIndex(instrument)].quantity)
        let verdicts = risking.gate.onProtection(
            OrderProposal(order: order), cause: risking.guarding.nextCause())
        for (offset, verdict) in verdicts.enumerated() {
            risking.guarding.positions.onRest(
                verdict.order.name, step: offset == 0 ? leg.target?.step : nil, of: instrument)
        }
        try executeGuards(verdicts, of: instrument, because: leg.reasons, at: now)
    }
}
