import Domain

/// Answers that do not come: the venue is asked again and again, with longer waits, and nothing is sent a second time
/// before it is known what became of the first.
extension Execution {
    /// How long to wait after so many attempts: twice as long after each.
    func wait(after attempts: Int) -> Int64 {
        let longest = settings.backOffLongest
        return attempts > 30 ? longest : min(settings.backOff << Int64(attempts), longest)
    }

    mutating func wake(at time: Timestamp) { nextWake = min(nextWake, time) }

    /// The venue is to answer within a while, or it is asked.
    mutating func awaitAnswer(about place: Int, at now: Timestamp) {
        guard !settings.venue.tellsEnds else { return }
        passages[place].answerDue = min(passages[place].answerDue, now + settings.answerPatience)
        wake(at: passages[place].answerDue)
    }

    /// Looks whether an answer about an order is overdue.
    mutating func watch(_ place: Int, at now: Timestamp, _ outbox: inout Outbox) {
        guard !orders[place].state.hasEnded else { return }
        let due = passages[place].answerDue
        guard due != .distantFuture else {
            if orders[place].state.standing == .unknown { inquire(place, at: now, &outbox) }
            return
        }
        guard now >= due else { return wake(at: due) }
        if case .sent(.submitting) = orders[place].state { lose(place, &outbox) }
        if passages[place].isUnwanted {
            outbox.requests.append(VenueRequest(verb: .cancel, order: orders[place].order))
        }
        inquire(place, at: now, &outbox)
    }

    /// The venue does not know an order: it may come to it yet. Where it is still wanted it is sent again as the very
    /// same order, under the same id, which a venue takes once; nothing else is sent in its place. Where it is not, its
    /// end is believed only when it can no longer be on its way.
    mutating func isStillOnItsWay(_ place: Int, at now: Timestamp, _ outbox: inout Outbox) -> Bool {
        let passage = passages[place]
        guard passage.role != .alone, !orders[place].state.hasEnded else { return false }
        if passage.isKnown || !orders[place].fills.isEmpty {
            // It has come there since: an answer that was given before then may be heard late, and more than once.
            guard now < passage.sentAt + settings.wayLongest else { return false }
            inquire(place, at: now, &outbox)
            return true
        }
        if isWanted(place) {
            let tracked = orders[place]
            orders[place] = TrackedOrder(
                restoring: tracked.order, state: .sent(.submitting), fills: tracked.fills,
                venueOrderId: tracked.venueOrderId)
            passages[place].isUnwanted = false
            passages[place].sentAt = now
            passages[place].answerDue = now + max(wait(after: passage.asks), settings.answerPatience)
            wake(at: passages[place].answerDue)
            outbox.changes.append(place)
            outbox.requests.append(VenueRequest(verb: .submit, order: tracked.order))
            return true
        }
        guard now < passage.sentAt + settings.wayLongest else { return false }
        wake(at: passage.answerDue)
        return true
    }

    /// What the order works for still wants it, or one in its place.
    private func isWanted(_ place: Int) -> Bool {
        guard orders[place].order.orderClass != .bracket else { return false }
        let plan = plans[passages[place].plan]
        switch passages[place].role {
        case .alone: return false
        case .part: return plan.phase == .working && plan.child == place
        case .stop, .target: return plan.protection >= 0 && guards[plan.protection].held.isPositive
        }
    }

    /// Nobody knows what became of an order that was sent.
    private mutating func lose(_ place: Int, _ outbox: inout Outbox) {
        // An order that was sent can always be lost, so this cannot fail.
        if (try? orders[place].apply(.lost)) != nil { outbox.changes.append(place) }
    }

    /// Asks the venue where an order stands, unless it was asked just now.
    mutating func inquire(_ place: Int, at now: Timestamp, _ outbox: inout Outbox) {
        guard !settings.venue.tellsEnds else { return }
        let due = passages[place].answerDue
        if passages[place].asks > 0, due != .distantFuture, now < due { return wake(at: due) }
        outbox.requests.append(VenueRequest(verb: .status, order: orders[place].order))
        passages[place].asks += 1
        passages[place].answerDue = now + max(wait(after: passages[place].asks), settings.answerPatience)
        wake(at: passages[place].answerDue)
        if passages[place].asks == settings.asksMax {
            askForHalt(
                "unknown_order",
                "the venue was asked \(settings.asksMax) times what became of order \(orders[place].order.id)",
                at: now, &outbox)
        }
    }

    /// Asks for the cancellation of an order that works.
    mutating func cancel(_ place: Int, at now: Timestamp, _ outbox: inout Outbox) {
        guard !orders[place].state.hasEnded, !passages[place].isUnwanted else { return }
        guard now >= passages[place].cancelNotBefore else {
            return wake(at: passages[place].cancelNotBefore)
        }
        guard (try? orders[place].apply(.cancelRequested)) != nil else { return }
        passages[place].isUnwanted = true
        awaitAnswer(about: place, at: now)
        outbox.changes.append(place)
        outbox.requests.append(VenueRequest(verb: .cancel, order: orders[place].order))
    }

    /// Nothing is opened from now on, and a person has to look.
    mutating func askForHalt(
        _ kind: String, _ reason: String, at now: Timestamp, _ outbox: inout Outbox
    ) {
        isHalted = true
        outbox.halt = Halt(
            account: plans.last?.order.account ?? "", active: true, kind: kind, reason: reason,
            by: "execution", figures: [Figure(name: "rejections_in_a_row", value: Double(rejectionsInARow))])
        stopEntries("trading is halted: \(reason)", at: now, &outbox)
    }

    /// Ends the entries that are under way.
    mutating func stopEntries(_ reason: String, at now: Timestamp, _ outbox: inout Outbox) {
        for number in activePlans
        where plans[number].intent == .enter && plans[number].phase == .working {
            end(number, because: reason, at: now, &outbox)
        }
    }
}
