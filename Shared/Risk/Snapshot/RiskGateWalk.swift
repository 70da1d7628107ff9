import Domain

/// Everything that the gate remembers, value by value. Its limits are not among it: they come from where settings come.
extension RiskGate {
    mutating func remember(_ walk: inout SnapshotWalk) throws(SnapshotMismatch) {
        try book.remember(&walk)
        try market.remember(&walk)
        try walk.each(&strategies) { (limits, walk) throws(SnapshotMismatch) in
            try limits.book.remember(&walk)
        }
        var bytes = halts.snapshot()
        try walk.blob(&bytes)
        if walk.isReading { try halts.restore(bytes, version: Halts.snapshotVersion) }
    }
}

extension RiskBook {
    fileprivate mutating func remember(_ walk: inout SnapshotWalk) throws(SnapshotMismatch) {
        try walk.account(&account)
        try walk.each(&exposures) { (exposure, walk) throws(SnapshotMismatch) in
            try exposure.remember(&walk)
        }
        try walk.places(&active, below: exposures.count)
        try walk.each(&places) { (place, walk) throws(SnapshotMismatch) in try walk.integer(&place) }
        let blank = Approval(
            instrument: 0, side: .buy, isCertain: false, isForMoney: false, quantity: .zero, worth: .zero)
        var known = approved.sorted { $0.key < $1.key }.map { (id: $0.key, approval: $0.value) }
        try walk.list(&known, blank: (id: "", approval: blank)) { (item, walk) throws(SnapshotMismatch) in
            try walk.text(&item.id)
            try walk.integer(&item.approval.instrument)
            try walk.choice(&item.approval.side)
            try walk.flag(&item.approval.isCertain)
            try walk.flag(&item.approval.isForMoney)
            try walk.amount(&item.approval.quantity)
            try walk.amount(&item.approval.worth)
            try walk.amount(&item.approval.bound)
            try walk.amount(&item.approval.spread.certain)
            try walk.amount(&item.approval.spread.maybe)
            try walk.amount(&item.approval.spread.maybeWorth)
        }
        if walk.isReading {
            approved = [:]
            for item in known { approved[item.id] = item.approval }
            forMoney = approved.values.count { $0.isForMoney }
        }
        try day.remember(&walk)
        try walk.amount(&promisedSinceTold)
        try walk.amount(&gross)
        try walk.amount(&short)
        try walk.integer(&positions)
        try walk.amount(&cashNeeded)
    }
}

extension Exposure {
    fileprivate mutating func remember(_ walk: inout SnapshotWalk) throws(SnapshotMismatch) {
        try walk.amount(&quantity)
        try walk.amount(&price)
        try walk.amount(&coming)
        try walk.amount(&maybeBought.quantity)
        try walk.amount(&maybeBought.worth)
        try walk.amount(&maybeSold.quantity)
        try walk.amount(&maybeSold.worth)
    }
}

extension TradingDay {
    fileprivate mutating func remember(_ walk: inout SnapshotWalk) throws(SnapshotMismatch) {
        try walk.amount(&high)
        try walk.integer(&trades)
        try walk.integer(&lossesInARow)
        var approvals = latest.sorted { $0.key < $1.key }.map { (instrument: $0.key, last: $0.value) }
        let blank = (at: Timestamp.zero, side: Side.buy, quantity: Quantity.zero, strategy: "")
        try walk.list(&approvals, blank: (instrument: 0, last: blank)) {
            (item, walk) throws(SnapshotMismatch) in
            try walk.integer(&item.instrument)
            try walk.moment(&item.last.at)
            try walk.choice(&item.last.side)
            try walk.amount(&item.last.quantity)
            try walk.text(&item.last.strategy)
        }
        try walk.optional(&date, blank: CivilDate(days: 0)) { (date, walk) throws(SnapshotMismatch) in
            var days = date.days
            try walk.integer(&days)
            date = CivilDate(days: days)
        }
        try walk.list(&moments, blank: .zero) { (moment, walk) throws(SnapshotMismatch) in
            try walk.moment(&moment)
        }
        try walk.integer(&firstMoment)
        var profits = trips.sorted { $0.key < $1.key }.map { (instrument: $0.key, profit: $0.value) }
        try walk.list(&profits, blank: (instrument: 0, profit: Money.zero)) {
            (item, walk) throws(SnapshotMismatch) in
            try walk.integer(&item.instrument)
            try walk.amount(&item.profit)
        }
        guard walk.isReading else { return }
        latest = [:]
        for item in approvals { latest[item.instrument] = item.last }
        trips = [:]
        for item in profits { trips[item.instrument] = item.profit }
    }
}

extension MarketBook {
    fileprivate mutating func remember(_ walk: inout SnapshotWalk) throws(SnapshotMismatch) {
        try walk.each(&lines) { (line, walk) throws(SnapshotMismatch) in
            try walk.integer(&line.span)
            try walk.moment(&line.lastAt)
            try walk.amount(&line.close)
            try walk.amount(&line.bid)
            try walk.amount(&line.ask)
            try line.range.remember(&walk)
            try line.days.remember(&walk)
        }
        try walk.integer(&dayEnd)
    }
}

extension DayHistory {
    fileprivate mutating func remember(_ walk: inout SnapshotWalk) throws(SnapshotMismatch) {
        try walk.list(&returns, blank: 0) { (change, walk) throws(SnapshotMismatch) in
            try walk.number(&change)
        }
        try walk.integer(&next)
        try walk.list(&volumes, blank: 0) { (volume, walk) throws(SnapshotMismatch) in
            try walk.integer(&volume)
        }
        try walk.integer(&nextVolume)
        try walk.number(&lastClose)
        try walk.number(&close)
        try walk.integer(&volume)
        try walk.flag(&hasBars)
    }
}

extension RiskGate {
    /// Whose approvals those of a snapshot are, which does not say so.
    mutating func nameStrategies(_ strategy: (String) -> String?) {
        book.nameStrategies(strategy)
        for place in strategies.indices { strategies[place].book.nameStrategies(strategy) }
    }

    /// Which bars stand in for others; in snapshots since these are told.
    mutating func rememberStandIns(_ walk: inout SnapshotWalk) throws(SnapshotMismatch) {
        try walk.each(&market.lines) { (line, walk) throws(SnapshotMismatch) in
            try walk.optional(&line.cameAt, blank: .zero) { (moment, walk) throws(SnapshotMismatch) in
                try walk.moment(&moment)
            }
        }
    }
}

extension RiskBook {
    fileprivate mutating func nameStrategies(_ strategy: (String) -> String?) {
        for id in approved.keys { approved[id]?.strategy = strategy(id) ?? "" }
    }
}
