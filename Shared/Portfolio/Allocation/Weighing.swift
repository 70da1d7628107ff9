import Domain

/// Rules that go by weights: what is held is moved towards them.
extension Allocator {
    /// Cuts what is spent to what there is: a sale that was too small to be worth it leaves its money where it is, and an
    /// order that cannot be paid would be refused as a whole.
    func afford(_ cash: Money, _ proposals: inout [Proposal]) {
        var free = cash
        for proposal in proposals where proposal.notional == nil || proposal.side == .sell {
            let worth = proposal.notional ?? proposal.quantity * proposal.price
            free += proposal.side == .sell ? worth : -worth
        }
        for place in proposals.indices where proposals[place].side == .buy {
            guard let money = proposals[place].notional else { continue }
            let spent = max(.zero, min(money, free))
            proposals[place].notional = spent
            free -= spent
        }
        proposals.removeAll { $0.notional.map { !$0.isPositive } ?? false }
    }

    /// - Parameter isAsked: whether a signal or a day of rebalancing asks for it; else it is one more try.
    mutating func weigh(
        equity: Money, at now: Timestamp, isAsked: Bool, _ holding: (Int) -> Holding,
        _ volatility: (Int) -> Double?, _ book: ReturnBook?, _ proposals: inout [Proposal]
    ) throws(OverflowError) {
        let (weights, isAnswer) = weigher.weights(wishes(equity, holding, volatility), book, at: now)
        guard isAnswer || isAsked else { return }
        var targets = weights[...]
        if settings.rebalance == .drift, changed.isEmpty, isAsked,
            try !hasDrifted(from: targets, equity, holding)
        {
            return
        }
        let band = try equity.scaled(by: settings.noTradeBand)
        for instrument in lines.indices {
            var weight = 0.0
            if let next = targets.first, next.instrument == instrument {
                weight = next.weight
                targets.removeFirst()
            }
            let held = holding(instrument)
            if weight == 0 && held.quantity == .zero || lines[instrument].working > 0 { continue }
            if restingExits[instrument] != nil { continue }
            let target = try equity.scaled(by: weight)
            let place = proposals.count
            try move(instrument, held, to: target, band, &proposals)
            // Whoever wants what is held already has not asked for this order.
            if proposals.count > place, strength(of: instrument) * Double(held.worth.units) > 0 {
                proposals[place].correction = WeightCorrection(
                    of: held.worth, in: equity, to: weight)
            }
        }
    }

    func wishes(
        _ equity: Money, _ holding: (Int) -> Holding, _ volatility: (Int) -> Double?
    ) -> [TargetWeights.Wish] {
        let needs = settings.rule.needs
        var wishes: [TargetWeights.Wish] = []
        for instrument in lines.indices where strength(of: instrument) != 0 {
            var wish = TargetWeights.Wish(
                instrument: instrument, strength: strength(of: instrument),
                confidence: lines[instrument].signal.confidence,
                volatility: needs.volatility ? volatility(instrument) : nil)
            if needs.history, equity.isPositive {
                wish.held = wish.side * Double(holding(instrument).worth) / Double(equity)
                wish.sector = sectors[instrument]
            }
            wishes.append(wish)
        }
        return wishes
    }

    func hasDrifted(
        from targets: ArraySlice<(instrument: Int, weight: Double)>, _ equity: Money,
        _ holding: (Int) -> Holding
    ) throws(OverflowError) -> Bool {
        let most = try equity.scaled(by: settings.drift)
        for (instrument, weight) in targets {
            let target = try equity.scaled(by: weight)
            if (holding(instrument).worth - target).magnitude > most { return true }
        }
        return false
    }

    mutating func move(
        _ instrument: Int, _ held: Holding, to target: Money, _ band: Money, _ proposals: inout [Proposal]
    ) throws(OverflowError) {
        let worth = held.worth
        if target == .zero || worth != .zero && worth.isNegative != target.isNegative {
            return leave(instrument, held, thenTurns: target != .zero, &proposals)
        }
        let difference = target - worth
        guard difference.magnitude >= max(band, settings.worthMin), difference != .zero else { return }
        let grows = difference.isNegative == target.isNegative
        if grows {
            guard resting[instrument] == nil else { return }
            try spend(
                difference.magnitude, on: instrument, difference.isPositive ? .buy : .sell, held.price,
                &proposals)
        } else {
            let quantity = try Quantity(for: difference.magnitude, at: held.price).rounded(
                toMultipleOf: settings.lot, .towardZero)
            propose(
                instrument, difference.isPositive ? .buy : .sell, min(quantity, held.quantity.magnitude), nil,
                held.price, &proposals)
        }
    }
}
