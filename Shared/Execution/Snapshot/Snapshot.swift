import Domain

/// Everything that execution remembers, as bytes. Its settings are not among it: they come from where settings come.
extension Execution {
    public static let snapshotVersion: UInt32 = 2

    public func snapshot() -> [UInt8] {
        var copy = self
        var walk = SnapshotWalk()
        // Writing cannot fail: only what is read can be something else than it should be.
        do { try copy.remember(&walk) } catch {
            preconditionFailure("execution could not be written: \(error)")
        }
        return walk.bytes
    }

    /// Becomes what a snapshot says; after an error it is as it was before.
    public mutating func restore(_ bytes: [UInt8], version: UInt32) throws(SnapshotMismatch) {
        guard version == Execution.snapshotVersion else {
            throw SnapshotMismatch(
                "a snapshot of execution has version \(version), where \(Execution.snapshotVersion) is known")
        }
        var copy = Execution(settings)
        var walk = SnapshotWalk(bytes)
        try copy.remember(&walk)
        guard walk.isAtEnd else {
            throw SnapshotMismatch("the snapshot of execution has bytes behind its end")
        }
        for (place, order) in copy.orders.enumerated() { copy.places.add(order.order.name, at: place) }
        for (number, plan) in copy.plans.enumerated() { copy.planNumbers[plan.order.name] = number }
        self = copy
    }

    private mutating func remember(_ walk: inout SnapshotWalk) throws(SnapshotMismatch) {
        try walk.moment(&nextWake)
        try walk.flag(&isHalted)
        try walk.integer(&rejectionsInARow)
        try walk.list(&orders, blank: TrackedOrder(Order())) { (order, walk) throws(SnapshotMismatch) in
            try walk.tracked(&order)
        }
        try walk.list(&passages, blank: Passage(plan: -1, role: .alone)) {
            (passage, walk) throws(SnapshotMismatch) in try passage.remember(&walk)
        }
        guard passages.count == orders.count else {
            throw SnapshotMismatch("\(orders.count) orders have \(passages.count) passages")
        }
        let blank = Plan(
            Order(), instrument: 0, cause: Cause(topic: Topic(""), epoch: 0, number: 0), intent: .enter)
        try walk.list(&plans, blank: blank) { (plan, walk) throws(SnapshotMismatch) in
            try plan.remember(&walk)
        }
        try walk.list(&guards, blank: Guard(plan: 0, instrument: 0, side: .buy)) {
            (protection, walk) throws(SnapshotMismatch) in try protection.remember(&walk)
        }
        try walk.list(&views, blank: MarketView()) { (view, walk) throws(SnapshotMismatch) in
            try view.remember(&walk)
        }
        try walk.places(&activePlans, below: plans.count)
        try walk.places(&activeGuards, below: guards.count)
        try walk.places(&watched, below: orders.count)
    }
}

extension Passage {
    fileprivate mutating func remember(_ walk: inout SnapshotWalk) throws(SnapshotMismatch) {
        try walk.integer(&plan)
        try walk.choice(&role)
        try walk.moment(&sentAt)
        try walk.flag(&isKnown)
        try walk.moment(&answerDue)
        try walk.integer(&asks)
        try walk.moment(&cancelNotBefore)
        try walk.flag(&isUnwanted)
        try walk.amount(&said)
    }
}

extension Plan {
    fileprivate mutating func remember(_ walk: inout SnapshotWalk) throws(SnapshotMismatch) {
        try walk.order(&order)
        try walk.integer(&instrument)
        try walk.cause(&cause)
        try walk.choice(&intent)
        try walk.choice(&phase)
        try walk.text(&outcome)
        try walk.amount(&filled)
        try walk.amount(&spent)
        try walk.amount(&reduced)
        try course.remember(&walk)
        try walk.integer(&child)
        try walk.list(&parts, blank: 0) { (part, walk) throws(SnapshotMismatch) in try walk.integer(&part) }
        try walk.integer(&protection)
        try walk.flag(&childIsLast)
        try walk.integer(&slice)
        try walk.integer(&generation)
        try walk.moment(&sentAt)
        try walk.integer(&barsBefore)
        try walk.integer(&reprices)
        try walk.integer(&retries)
        try walk.moment(&notBefore)
        try walk.flag(&isUrgent)
    }
}

extension SliceCourse {
    fileprivate mutating func remember(_ walk: inout SnapshotWalk) throws(SnapshotMismatch) {
        try walk.moment(&beginsAt)
        try walk.moment(&endsAt)
        try walk.list(&steps, blank: .none) { (step, walk) throws(SnapshotMismatch) in try walk.share(&step) }
        try walk.amount(&volumeBefore)
    }
}

extension Guard {
    fileprivate mutating func remember(_ walk: inout SnapshotWalk) throws(SnapshotMismatch) {
        try walk.integer(&plan)
        try walk.integer(&instrument)
        try walk.choice(&side)
        try walk.amount(&held)
        try walk.wide(&worth)
        try walk.amount(&bought)
        try walk.list(&legs, blank: 0) { (leg, walk) throws(SnapshotMismatch) in try walk.integer(&leg) }
        try walk.list(&owing, blank: 0) { (leg, walk) throws(SnapshotMismatch) in try walk.integer(&leg) }
        try walk.flag(&isKept)
        try walk.flag(&wantsTarget)
        try walk.flag(&standsDown)
        try walk.integer(&generation)
        try walk.integer(&retries)
        try walk.moment(&notBefore)
    }
}

extension MarketView {
    fileprivate mutating func remember(_ walk: inout SnapshotWalk) throws(SnapshotMismatch) {
        try walk.amount(&last)
        try walk.amount(&bid)
        try walk.amount(&ask)
        try walk.integer(&movements)
        try walk.integer(&bars)
        try walk.amount(&volume)
        try walk.integer(&span)
        try walk.flag(&isDaily)
        var day = profile.day.map { [$0.days] } ?? []
        try walk.list(&day, blank: 0) { (day, walk) throws(SnapshotMismatch) in try walk.integer(&day) }
        profile.day = day.first.map(CivilDate.init(days:))
        try walk.list(&profile.past, blank: 0) { (volume, walk) throws(SnapshotMismatch) in
            try walk.integer(&volume)
        }
        try walk.list(&profile.today, blank: 0) { (volume, walk) throws(SnapshotMismatch) in
            try walk.integer(&volume)
        }
    }
}

extension SnapshotWalk {
    fileprivate mutating func share(_ value: inout Share) throws(SnapshotMismatch) {
        try integer(&value.billionths)
    }
}
