import Domain

/// Rules that follow signals: a position is opened when its signal begins, and closed when it ends.
extension Allocator {
    mutating func follow(
        cash: Money, equity: Money, _ holding: (Int) -> Holding, _ volatility: (Int) -> Double?,
        _ distance: (Int) -> Price?, _ proposals: inout [Proposal]
    ) throws(OverflowError) {
        let reserve = try equity.scaled(by: settings.cashReserve, rounding: .up)
        var open = holdsCount(holding)
        var free = cash - reserve
        while !entering.isEmpty { entering.removeLast() }
        for instrument in changed where lines[instrument].working == 0 && restingExits[instrument] == nil {
            let held = holding(instrument)
            let strength = strength(of: instrument)
            if held.quantity.isPositive && strength > 0 || held.quantity.isNegative && strength < 0 {
                continue
            }
            if held.quantity != .zero {
                leave(instrument, held, thenTurns: strength != 0, &proposals)
                open -= 1
                // What is sold at this moment can be spent at this moment, as far as its price can be told.
                free += held.worth
            } else if strength != 0, open < settings.positionsMax, resting[instrument] == nil {
                entering.append(instrument)
                open += 1
            }
        }
        guard !entering.isEmpty else { return }
        if follows == .riskSized {
            for place in entering.indices {
                let instrument = entering[place]
                free -= try size(
                    instrument, equity: equity, free: free, holding(instrument).price, volatility, distance,
                    &proposals)
            }
            return
        }
        let share = Money(units: max(0, free.units) / Int64(entering.count))
        for place in entering.indices {
            let instrument = entering[place]
            let side: Side = lines[instrument].signal.strength > 0 ? .buy : .sell
            try spend(share, on: instrument, side, holding(instrument).price, &proposals)
        }
    }

    /// Opens a position of the size that its stop allows, and gives what that takes from the free money.
    mutating func size(
        _ instrument: Int, equity: Money, free: Money, _ price: Price, _ volatility: (Int) -> Double?,
        _ distance: (Int) -> Price?, _ proposals: inout [Proposal]
    ) throws(OverflowError) -> Money {
        var stop = [lines[instrument].signal.stop.map { ($0 - price).magnitude }, distance(instrument)]
            .compactMap { $0 }.min()
        if stop == nil, let volatility = volatility(instrument) {
            stop = try settings.sizer.distance(price: price, volatility: volatility)
        }
        guard let stop else {
            // To guess a distance would be to bet on it.
            waiting.append(instrument)
            return .zero
        }
        let money = min(
            try settings.sizer.worth(equity: equity, price: price, distance: stop), max(.zero, free))
        let side: Side = lines[instrument].signal.strength > 0 ? .buy : .sell
        let before = proposals.count
        try spend(money, on: instrument, side, price, &proposals)
        return proposals.count > before ? money : .zero
    }

    func holdsCount(_ holding: (Int) -> Holding) -> Int {
        guard settings.positionsMax < lines.count else { return 0 }
        return lines.indices.count { holding($0).quantity != .zero }
    }

    /// Sells what is held or buys back what is owed. Brokers take no order through zero, so the other side has to wait
    /// until this is done.
    mutating func leave(
        _ instrument: Int, _ held: Holding, thenTurns: Bool, _ proposals: inout [Proposal]
    ) {
        if thenTurns { turning.append(instrument) }
        propose(
            instrument, held.quantity.isPositive ? .sell : .buy, held.quantity.magnitude, nil, held.price,
            &proposals)
    }
}
