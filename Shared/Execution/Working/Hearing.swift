import Domain

/// What the venue says, and what it means for the plan that the order works for.
extension Execution {
    /// Takes what the venue says of an order, and gives the order's place; nothing where it is none of ours.
    @discardableResult
    public mutating func onReport(
        _ report: BrokerReport, at now: Timestamp = .zero, _ outbox: inout Outbox
    ) throws(OrderError) -> Int? {
        guard let place = place(of: report.orderId) else { return nil }
        if let reduction = report.reduction, passages[place].role != .alone {
            onReduction(of: place, by: reduction, at: now, &outbox)
        } else if let event = OrderEvent(report) {
            try onEvent(event, of: place, filled: report.filled, at: now, &outbox)
        } else {
            // The venue knows the order, or says that there was a fill without giving it.
            if !orders[place].state.hasEnded {
                let id = report.venueOrderId
                try onEvent(
                    .accepted(venueOrderId: id), of: place, filled: report.filled, at: now, &outbox)
            } else {
                hear(report.filled, of: place)
                pursue(place, at: now, &outbox)
            }
        }
        return place
    }

    /// Takes what happened to the order at a place. `filled` is what of it has traded in all, where the venue says so.
    public mutating func onEvent(
        _ event: OrderEvent, of place: Int, filled: Quantity? = nil, at now: Timestamp = .zero,
        _ outbox: inout Outbox
    ) throws(OrderError) {
        if passages[place].role != .alone, case .rejected = event {
            throw OrderError("Order \(orders[place].order.id) was sent and cannot be rejected by risk.")
        }
        if case .unknownToVenue = event, isStillOnItsWay(place, at: now, &outbox) { return }
        let before = orders[place].fills.quantity
        let change = try orders[place].apply(event)
        if change.remark != .repeated { outbox.changes.append(place) }
        guard passages[place].role != .alone else { return }

        hear(filled, of: place)
        let isNew = change.remark != .repeated && change.remark != .overtaken
        if case .fill(let fill) = event, isNew {
            count(fill, orders[place].fills.quantity - before, of: place)
        }
        noteAnswer(event, isNew, of: place, at: now, &outbox)
        isHearing = true
        pursue(place, at: now, &outbox)
        isHearing = false
    }

    /// The venue has the order at a place.
    public mutating func onAcceptance(
        of place: Int, at now: Timestamp, _ outbox: inout Outbox
    ) throws(OrderError) {
        guard passages[place].role == .alone else {
            return try onEvent(.accepted(venueOrderId: ""), of: place, at: now, &outbox)
        }
        if try orders[place].accept() != .repeated { outbox.changes.append(place) }
    }

    /// A part of the order at a place was traded.
    public mutating func onFill(
        _ fill: Fill, of place: Int, at now: Timestamp, _ outbox: inout Outbox
    ) throws(OrderError) {
        guard passages[place].role == .alone else {
            return try onEvent(.fill(fill), of: place, at: now, &outbox)
        }
        if try orders[place].take(fill) != .repeated { outbox.changes.append(place) }
    }

    /// The money of the order at a place is spent.
    public mutating func onSpent(
        of place: Int, because reason: String, at now: Timestamp, _ outbox: inout Outbox
    ) throws(OrderError) {
        guard passages[place].role == .alone else {
            return try onEvent(.spent(reason: reason), of: place, at: now, &outbox)
        }
        if try orders[place].spend(because: reason) != .repeated { outbox.changes.append(place) }
    }

    /// The venue has made an order smaller: the other of its pair has traded, or the entry that it belongs to will not.
    public mutating func onReduction(
        of place: Int, by quantity: Quantity, at now: Timestamp, _ outbox: inout Outbox
    ) {
        let before = orders[place]
        guard !before.state.hasEnded else { return }
        var order = before.order
        order.quantity = max(order.quantity - quantity, before.fills.quantity)
        let isDone = order.quantity <= before.fills.quantity
        orders[place] = TrackedOrder(
            restoring: order, state: isDone ? .ended(.filled) : before.state, fills: before.fills,
            venueOrderId: before.venueOrderId)
        outbox.changes.append(place)
        if passages[place].role != .alone { pursue(place, at: now, &outbox) }
    }

    private mutating func hear(_ filled: Quantity?, of place: Int) {
        guard let filled, filled > passages[place].said else { return }
        passages[place].said = filled
    }

    /// Books a fill with the plan, and with what protects it or was protected by it.
    private mutating func count(_ fill: Fill, _ quantity: Quantity, of place: Int) {
        let passage = passages[place]
        let number = passage.plan
        let instrument = plans[number].instrument
        let worth = Money.worth(of: quantity, at: fill.price) ?? .zero
        switch passage.role {
        case .alone: break
        case .part:
            plans[number].filled += quantity
            plans[number].spent += fill.side == .buy ? worth + fill.fee : worth
            if plans[number].intent == .enter {
                protect(number, quantity, at: fill.price)
            } else {
                takeFromGuards(
                    quantity, of: instrument, sold: fill.side, for: plans[number].order.strategy)
            }
        case .stop, .target:
            let place = plans[number].protection
            if place >= 0 { guards[place].held = max(guards[place].held - quantity, .zero) }
            for other in activePlans
            where plans[other].instrument == instrument && plans[other].intent != .enter
                && plans[other].order.side == fill.side
                && plans[other].order.isShared(with: plans[number].order.strategy)
            {
                plans[other].reduced += quantity
            }
        }
    }

    /// What an answer means for the questions that are open, and for the count of rejections.
    private mutating func noteAnswer(
        _ event: OrderEvent, _ isNew: Bool, of place: Int, at now: Timestamp, _ outbox: inout Outbox
    ) {
        switch event {
        case .accepted, .fill:
            rejectionsInARow = 0
            passages[place].isKnown = true
            if passages[place].isUnwanted {
                // It is known to work while it is being cancelled: the cancellation may have been lost.
                awaitAnswer(about: place, at: now)
            } else if orders[place].state.standing == .working {
                passages[place].answerDue = .distantFuture
                passages[place].asks = 0
            }
        case .rejectedByBroker where isNew:
            rejectionsInARow += 1
            if rejectionsInARow >= settings.rejectionsMax, !isHalted {
                askForHalt(
                    "rejections", "the venue rejected \(rejectionsInARow) orders in a row", at: now, &outbox)
            }
        case .cancelRejected:
            // It may have ended unheard: it is asked about, and left alone for a while.
            passages[place].isUnwanted = false
            passages[place].cancelNotBefore = now + wait(after: passages[place].asks)
            if !orders[place].state.hasEnded { inquire(place, at: now, &outbox) }
        default: break
        }
    }

    /// Goes on with whatever an order works for.
    mutating func pursue(_ place: Int, at now: Timestamp, _ outbox: inout Outbox) {
        let passage = passages[place]
        if orders[place].state.hasEnded {
            passages[place].answerDue = .distantFuture
            watched.removeAll { $0 == place }
        } else if !watched.contains(place) {
            // It works again after it had ended: a fill or an acceptance came late.
            watched.append(place)
        }
        switch passage.role {
        case .alone: return
        case .part:
            if place != plans[passage.plan].child, !orders[place].state.hasEnded {
                cancel(place, at: now, &outbox)
            }
            resumeGuard(of: passage.plan, at: now, &outbox)
            work(passage.plan, at: now, &outbox)
        case .stop, .target:
            noteOwing(place, of: passage.plan)
            resumeGuard(of: passage.plan, at: now, &outbox)
            for number in activePlans where plans[number].instrument == plans[passage.plan].instrument {
                work(number, at: now, &outbox)
            }
        }
        watch(place, at: now, &outbox)
    }
}
