import Domain

/// What is sent for a plan: how much of it is due now, at which price, and under which id.
extension Execution {
    mutating func sendNext(_ number: Int, at now: Timestamp, _ outbox: inout Outbox) {
        let plan = plans[number]
        if plan.open == .zero || plan.unspent == .zero {
            return finish(
                number, plan.reduced.isPositive ? "its protection traded" : "filled", at: now, &outbox)
        }
        guard now >= plan.notBefore else { return wake(at: plan.notBefore) }
        if plan.intent != .enter, leavesEntries(plan.instrument, plan.order.side, at: now, &outbox) { return }
        if plan.intent == .enter {
            let opening = EntryWindow.opening(
                from: now, window: settings.entryWindow, isDaily: views[plan.instrument].isDaily)
            guard opening <= now else { return wake(at: opening) }
        } else if standDownGuards(
            of: plan.instrument, for: plan.order.strategy, against: plan.order.side, at: now, &outbox)
        {
            return
        }
        // What stood in its way may have ended just now, and then it has been sent already.
        guard plans[number].phase == .working, plans[number].child < 0 else { return }
        if !plan.course.hasBegun {
            let close = TradingCalendar.xnys.session(containing: now)?.close
            plans[number].course.begin(
                settings.slicing, at: now, sessionEnd: close, in: views[plan.instrument])
        }
        if let order = nextPart(number, at: now) {
            send(order, for: number, at: now, &outbox)
        } else if plans[number].phase == .ending {
            finish(number, plans[number].outcome, at: now, &outbox)
        }
    }

    /// Entries that an exit would undo are ended first; true while one of them is not over.
    private mutating func leavesEntries(
        _ instrument: Int, _ side: Side, at now: Timestamp, _ outbox: inout Outbox
    ) -> Bool {
        var works = false
        for number in activePlans
        where plans[number].instrument == instrument && plans[number].intent == .enter
            && plans[number].order.side != side
        {
            end(number, because: "it is left again", at: now, &outbox)
            works = works || plans[number].phase != .ended
        }
        return works
    }

    /// The order that is due now; nothing where a time or a price has to be awaited.
    private mutating func nextPart(_ number: Int, at now: Timestamp) -> Order? {
        let due = dueShare(number, at: now)
        let isLast = due == .all
        let plan = plans[number]
        let view = views[plan.instrument]
        var order = plan.order
        order.name = OrderName(
            OrderId(
                account: order.account, cause: plan.cause, slice: plan.slice, generation: plan.generation))
        if order.name != plan.order.name { order.parent = plan.order.id }
        if settings.style == .limit, order.kind == .market, !plan.isUrgent {
            guard let limit = settings.offset.limit(for: order.side, in: view) else { return nil }
            order.kind = .limit
            order.limit = limit
        }

        let missing = unheard(of: plan.parts) + unheardOfLegs(before: plan)
        if let notional = plan.order.notional {
            let money = due.of(notional) - plan.spent
            guard money.isPositive else { return awaitSlice(number) }
            if let limit = order.limit {
                order.notional = nil
                let most = (try? Quantity(for: money, at: limit)) ?? .zero
                order.quantity = (min(most, plan.open) - missing).inLots(of: settings.lot)
            } else {
                order.notional = money
                order.quantity = paysForLot(money, of: plan) ? plan.open - missing : .zero
            }
        } else {
            let whole = plan.order.quantity - plan.reduced
            let target = isLast ? whole : due.of(whole).inLots(of: settings.lot)
            order.quantity = target - plan.filled - missing
        }
        guard order.quantity.isPositive else {
            if isLast {
                // Less than a lot is left, or what is left was traded unheard.
                plans[number].phase = .ending
                plans[number].outcome = plan.filled.isPositive ? "filled" : "less than a lot can be paid"
                return nil
            }
            return awaitSlice(number)
        }
        plans[number].childIsLast = isLast
        return order
    }

    /// A broker's desk refuses what pays for less than a share, as far as the price is known.
    private func paysForLot(_ money: Money, of plan: Plan) -> Bool {
        let price = views[plan.instrument].reference(for: plan.order.side)
        guard settings.venue.tellsEnds, price.isPositive, let most = try? Quantity(for: money, at: price)
        else { return true }
        return most >= settings.lot
    }

    private mutating func awaitSlice(_ number: Int) -> Order? {
        if let next = plans[number].course.begin(ofSliceAfter: Int(plans[number].slice)) { wake(at: next) }
        return nil
    }

    /// Which share of the whole is to be out by now.
    private mutating func dueShare(_ number: Int, at now: Timestamp) -> Share {
        let plan = plans[number]
        if plan.isUrgent { return .all }
        switch settings.slicing {
        case .none: return .all
        case .participation(let share):
            let traded = views[plan.instrument].volume - plan.course.volumeBefore
            let allowed = share.of(
                Quantity(
                    units: traded.units.multipliedReportingOverflow(by: Quantity.scale / Volume.scale)
                        .partialValue))
            let price = views[plan.instrument].reference(for: plan.order.side)
            let whole =
                plan.order.notional.flatMap { price.isPositive ? try? Quantity(for: $0, at: price) : nil }
                ?? plan.order.quantity - plan.reduced
            return allowed >= whole ? .all : Share(allowed.units, of: whole.units)
        case .timeWeighted, .volumeWeighted:
            let slice = plan.course.slice(at: now)
            if slice != Int(plan.slice) {
                plans[number].slice = UInt32(slice)
                plans[number].generation = 0
            }
            return plan.course.steps.isEmpty ? .all : plan.course.steps[slice]
        }
    }

    private mutating func send(
        _ order: Order, for number: Int, at now: Timestamp, _ outbox: inout Outbox
    ) {
        var order = order
        let plan = plans[number]
        let legs = plan.intent == .enter ? bracketLegs(of: order, number) : []
        if !legs.isEmpty { order.orderClass = .bracket }
        plans[number].child = orders.count
        plans[number].parts.append(orders.count)
        plans[number].sentAt = now
        plans[number].barsBefore = views[plan.instrument].bars
        submit(order, Passage(plan: number, role: .part), at: now, &outbox)
        for (leg, role) in legs {
            keepLeg(orders.count, of: number)
            submit(leg, Passage(plan: number, role: role), at: now, &outbox)
        }
        supervise(number, plans[number].child, at: now, &outbox)
    }

    mutating func submit(
        _ order: Order, _ passage: Passage, at now: Timestamp, _ outbox: inout Outbox
    ) {
        let place = orders.count
        watched.append(place)
        var passage = passage
        passage.sentAt = now
        append(order, passage, &outbox)
        awaitAnswer(about: place, at: now)
    }
}
