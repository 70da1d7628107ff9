import Domain

/// Brackets: what an entry has traded is protected, as much as it is, until it is sold again.
extension Execution {
    /// The legs of a bracket that the venue keeps, beside its entry; none where it keeps none, or where the order is
    /// divided and its legs have to follow what has traded.
    func bracketLegs(of entry: Order, _ number: Int) -> [(Order, Passage.Role)] {
        guard settings.venue.brackets, settings.slicing == .none, let rule = settings.bracket else {
            return []
        }
        let plan = plans[number]
        let view = views[plan.instrument]
        let price = entry.limit ?? view.reference(for: entry.side)
        guard price.isPositive, let stop = rule.stopPrice(for: entry.side, at: price),
            let target = rule.targetPrice(for: entry.side, at: price)
        else { return [] }
        func leg(_ leg: UInt32) -> Order {
            var order = entry
            order.name = OrderName(
                OrderId(
                    account: entry.account, cause: plan.cause, leg: leg, slice: plan.slice,
                    generation: plan.generation))
            order.parent = entry.id
            order.side = entry.side == .buy ? .sell : .buy
            order.timeInForce = .goodTillCancelled
            order.orderClass = .bracket
            order.limit = nil
            order.notional = nil
            return order
        }
        var better = leg(2)
        better.kind = .limit
        better.limit = target
        var worse = leg(1)
        worse.kind = .stop
        worse.stop = stop
        return [(better, .target), (worse, .stop)]
    }

    /// The guard of a plan, made where it has none.
    private mutating func guardPlace(of number: Int) -> Int {
        if plans[number].protection >= 0 { return plans[number].protection }
        let side: Side = plans[number].order.side == .buy ? .sell : .buy
        guards.append(Guard(plan: number, instrument: plans[number].instrument, side: side))
        activeGuards.append(guards.count - 1)
        plans[number].protection = guards.count - 1
        return guards.count - 1
    }

    mutating func keepLeg(_ order: Int, of number: Int) {
        let place = guardPlace(of: number)
        guards[place].legs.append(order)
        guards[place].isKept = true
    }

    /// An entry has traded: so much more is to be protected.
    mutating func protect(_ number: Int, _ quantity: Quantity, at price: Price) {
        guard settings.bracket != nil else { return }
        let place = guardPlace(of: number)
        if !activeGuards.contains(place) { activeGuards.append(place) }
        guards[place].held += quantity
        guards[place].bought += quantity
        guards[place].worth += Int128(price.units) * Int128(quantity.units)
    }

    /// Where several strategies hold an instrument each has its own part of it, with its own protection. What is nobody's, as a
    /// liquidation, is everybody's.
    private func protects(_ place: Int, _ instrument: Int, of strategy: String) -> Bool {
        guard guards[place].instrument == instrument else { return false }
        return plans[guards[place].plan].order.isShared(with: strategy)
    }

    /// Something else has sold what was protected.
    mutating func takeFromGuards(
        _ quantity: Quantity, of instrument: Int, sold side: Side, for strategy: String
    ) {
        var left = quantity
        for place in activeGuards
        where protects(place, instrument, of: strategy) && guards[place].side == side && left.isPositive {
            let part = min(left, guards[place].held)
            guards[place].held -= part
            left -= part
        }
    }

    /// A position was made smaller by something else than an order from here: a liquidation.
    public mutating func onOtherTrade(
        _ side: Side, _ quantity: Quantity, of instrument: Int, at now: Timestamp, _ outbox: inout Outbox
    ) {
        takeFromGuards(quantity, of: instrument, sold: side, for: "")
        for place in activeGuards where guards[place].instrument == instrument {
            protectOn(place, at: now, &outbox)
        }
    }

    /// Takes the legs of a strategy's part of an instrument out of the way of an exit, or those of all; true while one of them
    /// still works.
    mutating func standDownGuards(
        of instrument: Int, for strategy: String, against side: Side, at now: Timestamp,
        _ outbox: inout Outbox
    ) -> Bool {
        var works = false
        for place in activeGuards
        where protects(place, instrument, of: strategy) && guards[place].side == side {
            guards[place].standsDown = true
            protectOn(place, at: now, &outbox)
            works =
                works || !guards[place].legs.isEmpty
                || isMissingFills(of: guards[place].owing, at: now, &outbox)
        }
        return works
    }

    /// An exit is over: what it has left is protected again.
    mutating func releaseGuards(of instrument: Int, at now: Timestamp, _ outbox: inout Outbox) {
        let exits = activePlans.filter { plans[$0].instrument == instrument && plans[$0].intent != .enter }
        for place in activeGuards
        where guards[place].instrument == instrument
            && !exits.contains(where: { protects(place, instrument, of: plans[$0].order.strategy) })
        {
            guards[place].standsDown = false
            protectOn(place, at: now, &outbox)
        }
    }

    mutating func resumeGuard(of number: Int, at now: Timestamp, _ outbox: inout Outbox) {
        let place = plans[number].protection
        if place >= 0, activeGuards.contains(place) { protectOn(place, at: now, &outbox) }
    }

    /// A leg is over, and has sold more than has been heard of.
    mutating func noteOwing(_ order: Int, of number: Int) {
        let place = plans[number].protection
        guard place >= 0, orders[order].state.hasEnded, unheard(of: [order]).isPositive else { return }
        if !guards[place].owing.contains(order) { guards[place].owing.append(order) }
        if !activeGuards.contains(place) { activeGuards.append(place) }
    }

    /// What the legs in the way of an exit have sold without having reported it: the exit does not sell it again.
    func unheardOfLegs(before plan: Plan) -> Quantity {
        guard plan.intent != .enter else { return .zero }
        var sum = Quantity.zero
        for place in activeGuards
        where protects(place, plan.instrument, of: plan.order.strategy)
            && guards[place].side == plan.order.side
        {
            sum += min(unheard(of: guards[place].owing), guards[place].held)
        }
        return sum
    }

    /// Sees to it that what is held, and no more, is protected by one order of the kind that is wanted now.
    mutating func protectOn(_ place: Int, at now: Timestamp, _ outbox: inout Outbox) {
        noteEndedLegs(place, at: now)
        let isMissing = isMissingFills(of: guards[place].owing, at: now, &outbox)
        let isBusy = isMissing || plans[guards[place].plan].phase != .ended
        let left = max(guards[place].held - unheard(of: guards[place].owing), .zero)
        let isLeftToVenue = guards[place].isKept && !guards[place].standsDown && (isBusy || !isCut(place))
        if isLeftToVenue {
            // The venue keeps its own legs as large as what the entry has traded; when they are gone and something is
            // left, it is protected from here.
            guard guards[place].legs.isEmpty, !isBusy, left.isPositive else { return dismiss(place, isBusy) }
            guards[place].isKept = false
        }
        let isWanted = !guards[place].standsDown && left.isPositive
        if let leg = guards[place].legs.first {
            let isRight =
                isWanted && !guards[place].isKept && orders[leg].remaining == left
                && (passages[leg].role == .target) == wantsTarget(place)
            if !isRight { for leg in guards[place].legs { cancel(leg, at: now, &outbox) } }
            return
        }
        guards[place].isKept = false
        // What a leg has sold unheard is not to be sold once more.
        guard isWanted, !isMissing else { return dismiss(place, isBusy) }
        guard now >= guards[place].notBefore else { return wake(at: guards[place].notBefore) }
        if guards[place].retries > 3 * settings.retriesMax {
            activeGuards.removeAll { $0 == place }
            return askForHalt(
                "unprotected", "the protection of \(plans[guards[place].plan].order.symbol) cannot be placed",
                at: now, &outbox)
        }
        placeLeg(place, left, at: now, &outbox)
    }

    /// An entry of it has ended with a part traded, at a venue of which nobody knows what it does with the legs then.
    private func isCut(_ place: Int) -> Bool {
        guard !settings.venue.sizesLegs else { return false }
        return plans[guards[place].plan].parts.contains { part in
            let order = orders[part]
            let isCut = order.state.hasEnded && order.state != .ended(.filled)
            return isCut && order.order.orderClass == .bracket && !order.fills.isEmpty
        }
    }

    private func wantsTarget(_ place: Int) -> Bool {
        guards[place].wantsTarget || settings.bracket?.stop == nil
    }

    /// Legs that have ended make room; one that the venue rejected is tried again after a while.
    private mutating func noteEndedLegs(_ place: Int, at now: Timestamp) {
        for leg in guards[place].legs where orders[leg].state.hasEnded {
            switch orders[leg].state {
            case .ended(.rejectedByBroker), .ended(.expired):
                if !guards[place].isKept {
                    guards[place].notBefore = now + wait(after: guards[place].retries)
                    guards[place].retries += 1
                }
            case .ended(.cancelled) where !passages[leg].isUnwanted && !guards[place].isKept:
                guards[place].notBefore = now + wait(after: guards[place].retries)
                guards[place].retries += 1
            default: guards[place].retries = 0
            }
        }
        guards[place].legs.removeAll { orders[$0].state.hasEnded }
        guards[place].owing = guards[place].owing.filter { unheard(of: [$0]).isPositive }
    }

    /// Nothing is left to protect, nothing will be bought, and nothing is still to be heard of.
    private mutating func dismiss(_ place: Int, _ isBusy: Bool) {
        guard guards[place].legs.isEmpty, !guards[place].held.isPositive, !isBusy else { return }
        activeGuards.removeAll { $0 == place }
    }

    private mutating func placeLeg(
        _ place: Int, _ quantity: Quantity, at now: Timestamp, _ outbox: inout Outbox
    ) {
        guard let rule = settings.bracket else { return }
        let protection = guards[place]
        let plan = plans[protection.plan]
        let isTarget = wantsTarget(place)
        // Legs that the venue kept for the same entry were its first and second.
        var order = Order(
            id: OrderId(
                account: plan.order.account, cause: plan.cause, leg: isTarget ? 4 : 3,
                generation: protection.generation
            ).text,
            account: plan.order.account, strategy: plan.order.strategy, symbol: plan.order.symbol,
            side: protection.side, quantity: quantity, timeInForce: .goodTillCancelled,
            parent: plan.order.id)
        let price = protection.averagePrice
        if isTarget {
            order.kind = .limit
            order.limit = rule.targetPrice(for: plan.order.side, at: price)
        } else {
            order.kind = .stop
            order.stop = rule.stopPrice(for: plan.order.side, at: price)
        }
        guards[place].generation += 1
        guards[place].legs = [orders.count]
        submit(
            order, Passage(plan: protection.plan, role: isTarget ? .target : .stop), at: now, &outbox)
    }

    /// The price moves: at the target the stop makes way for it, and when the price has gone back half the way the
    /// stop returns.
    mutating func followPrice(
        _ instrument: Int, high: Price, low: Price, at now: Timestamp, _ outbox: inout Outbox
    ) {
        guard let rule = settings.bracket, rule.stop != nil, rule.target != nil else { return }
        for place in activeGuards
        where guards[place].instrument == instrument && !guards[place].isKept
            && guards[place].held.isPositive
        {
            let entrySide = plans[guards[place].plan].order.side
            let price = guards[place].averagePrice
            guard let target = rule.targetPrice(for: entrySide, at: price) else { continue }
            let isLong = entrySide == .buy
            let isThere = isLong ? high >= target : low <= target
            let middle = Price.midpoint(price, target)
            let isBack = isLong ? low <= middle : high >= middle
            let before = guards[place].wantsTarget
            if isThere, !isBack { guards[place].wantsTarget = true }
            if isBack { guards[place].wantsTarget = false }
            if guards[place].wantsTarget != before { protectOn(place, at: now, &outbox) }
        }
    }
}
