import Domain

/// How a plan goes on: what works for it is watched, and when nothing does, the next part is sent.
extension Execution {
    mutating func work(_ number: Int, at now: Timestamp, _ outbox: inout Outbox) {
        guard plans[number].phase != .ended else { return }
        let child = plans[number].child
        if child >= 0 {
            guard orders[child].state.hasEnded else { return supervise(number, child, at: now, &outbox) }
            settle(number, child, at: now, &outbox)
            guard plans[number].phase != .ended else { return }
        }
        if isMissingFills(of: plans[number].parts, at: now, &outbox) { return }
        if plans[number].phase == .ending {
            finish(number, plans[number].outcome, at: now, &outbox)
        } else {
            sendNext(number, at: now, &outbox)
        }
    }

    /// The venue says that an order has traded more than it has reported: the fills are still to come, and what they
    /// have taken is not to be sent once more.
    mutating func isMissingFills(of places: [Int], at now: Timestamp, _ outbox: inout Outbox) -> Bool {
        var isMissing = false
        for place in places where passages[place].said > orders[place].fills.quantity {
            guard passages[place].asks < settings.asksMax else { continue }
            isMissing = true
            inquire(place, at: now, &outbox)
        }
        return isMissing
    }

    /// What of some orders the venue says has traded without having reported it.
    func unheard(of places: [Int]) -> Quantity {
        var sum = Quantity.zero
        for place in places {
            sum += max(passages[place].said - orders[place].fills.quantity, .zero)
        }
        return sum
    }

    /// Looks whether what works may go on.
    mutating func supervise(
        _ number: Int, _ child: Int, at now: Timestamp, _ outbox: inout Outbox
    ) {
        if plans[number].phase == .ending { return cancel(child, at: now, &outbox) }
        // A fill came late, or a leg has traded: what works is more than what is left.
        if plans[number].order.notional == nil, orders[child].remaining > plans[number].open {
            return cancel(child, at: now, &outbox)
        }
        let slice = Int(plans[number].slice)
        if let next = plans[number].course.begin(ofSliceAfter: slice), !plans[number].childIsLast {
            if now >= next { return cancel(child, at: now, &outbox) }
            wake(at: next)
        }
        if case .participation = settings.slicing {
            // What is left of a part joins the next one after each bar. One that was sent when the instant began has not met
            // the instant's own bar.
            let bars = views[plans[number].instrument].bars
            let hasMet = bars > plans[number].barsBefore && now > plans[number].sentAt
            if hasMet, !plans[number].isUrgent {
                return cancel(child, at: now, &outbox)
            }
            return
        }
        guard plans[number].childIsLast else { return }
        let view = views[plans[number].instrument]
        let end = plans[number].sentAt + max(settings.patience, view.span)
        guard now >= end, view.bars == 0 || view.bars > plans[number].barsBefore, !isHearing else {
            return wake(at: end)
        }
        if plans[number].done >= settings.enough, plans[number].intent == .enter {
            let share = plans[number].done.billionths / 10_000_000
            return self.end(
                number, because: "\(share) % is enough, the rest was cancelled", at: now, &outbox)
        }
        if orders[child].order.kind == .limit, plans[number].order.kind == .market {
            cancel(child, at: now, &outbox)
        }
    }

    /// Nothing new is sent for a plan, and what works is cancelled.
    mutating func end(
        _ number: Int, because reason: String, at now: Timestamp, _ outbox: inout Outbox
    ) {
        guard plans[number].phase == .working else { return }
        plans[number].phase = .ending
        plans[number].outcome = reason
        work(number, at: now, &outbox)
    }

    /// What an order's end means for its plan.
    private mutating func settle(
        _ number: Int, _ child: Int, at now: Timestamp, _ outbox: inout Outbox
    ) {
        plans[number].child = -1
        guard plans[number].phase == .working, case .ended(let end) = orders[child].state else { return }
        switch end {
        case .filled:
            plans[number].retries = 0
            if plans[number].childIsLast, plans[number].order.notional != nil || plans[number].open == .zero {
                finish(number, "filled", at: now, &outbox)
            } else {
                plans[number].generation += 1
            }
        case .cancelled where passages[child].isUnwanted: reprice(number, child, at: now)
        case .cancelled where isHeldBack(child) && plans[number].intent != .enter:
            plans[number].generation += 1
            plans[number].notBefore = now + settings.backOffLongest
        case .cancelled(let reason): retry(number, "cancelled by the venue: \(reason)", at: now, &outbox)
        case .expired: retry(number, "its time in force was over", at: now, &outbox)
        case .rejectedByBroker(let reason):
            retry(number, "rejected by the venue: \(reason)", at: now, &outbox)
        case .rejected: break
        }
    }

    /// A broker's desk has ended it before it left, because its symbol is frozen: no broker has refused anything, so an exit is
    /// tried again for as long as that lasts.
    private func isHeldBack(_ place: Int) -> Bool {
        settings.venue.tellsEnds && orders[place].venueOrderId.isEmpty && orders[place].fills.isEmpty
    }

    /// A new price, after patience was at an end; after too many of them an entry is given up, and an exit goes at
    /// market.
    private mutating func reprice(_ number: Int, _ child: Int, at now: Timestamp) {
        plans[number].generation += 1
        let isSlicing = !plans[number].childIsLast
        if case .participation = settings.slicing { return }
        guard !isSlicing, orders[child].order.kind == .limit, plans[number].order.kind == .market else {
            return
        }
        plans[number].reprices += 1
        guard plans[number].reprices > settings.repricesMax else { return }
        if plans[number].intent == .enter {
            plans[number].phase = .ending
            plans[number].outcome = "given up after \(plans[number].reprices) prices"
        } else {
            plans[number].isUrgent = true
        }
    }

    /// The venue ended the order: it is placed anew after a while, and an entry is given up after too many times. An
    /// exit goes at market then, and where that does not help either a person has to.
    private mutating func retry(
        _ number: Int, _ reason: String, at now: Timestamp, _ outbox: inout Outbox
    ) {
        plans[number].generation += 1
        plans[number].notBefore = now + wait(after: plans[number].retries)
        plans[number].retries += 1
        let isEntry = plans[number].intent == .enter
        guard isEntry && plans[number].done >= settings.enough || plans[number].retries > settings.retriesMax
        else { return }
        plans[number].isUrgent = !isEntry
        guard isEntry || plans[number].retries > 3 * settings.retriesMax else { return }
        plans[number].phase = .ending
        plans[number].outcome = reason
        if !isEntry { askForHalt("exit_failed", "an exit was given up: \(reason)", at: now, &outbox) }
    }

    mutating func finish(_ number: Int, _ outcome: String, at now: Timestamp, _ outbox: inout Outbox) {
        guard plans[number].phase != .ended else { return }
        plans[number].phase = .ended
        plans[number].outcome = outcome
        activePlans.removeAll { $0 == number }
        outbox.ended.append(number)
        let instrument = plans[number].instrument
        guard plans[number].intent == .enter else {
            return releaseGuards(of: instrument, at: now, &outbox)
        }
        resumeGuard(of: number, at: now, &outbox)
        for exit in activePlans where plans[exit].instrument == instrument && plans[exit].intent != .enter {
            work(exit, at: now, &outbox)
        }
    }
}
