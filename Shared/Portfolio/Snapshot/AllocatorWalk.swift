import Domain

/// Everything that an allocator remembers, value by value.
extension Allocator {
    mutating func remember(_ walk: inout SnapshotWalk) throws(SnapshotMismatch) {
        try walk.each(&signals) { (signal, walk) throws(SnapshotMismatch) in
            try walk.optional(&signal, blank: Signal()) { (signal, walk) throws(SnapshotMismatch) in
                try walk.signal(&signal)
            }
        }
        try walk.places(&changed, below: signals.count)
        try walk.places(&turning, below: signals.count)
        try walk.places(&waiting, below: signals.count)
        try walk.each(&working) { (count, walk) throws(SnapshotMismatch) in try walk.integer(&count) }
        try walk.each(&isSpent) { (flag, walk) throws(SnapshotMismatch) in try walk.flag(&flag) }
        try calendar.remember(&walk)
        noteStances()
    }
}

extension RebalanceCalendar {
    fileprivate mutating func remember(_ walk: inout SnapshotWalk) throws(SnapshotMismatch) {
        try walk.optional(&period, blank: 0) { (period, walk) throws(SnapshotMismatch) in
            try walk.integer(&period)
        }
        try walk.moment(&next)
    }
}

extension VolatilityBook {
    mutating func remember(_ walk: inout SnapshotWalk) throws(SnapshotMismatch) {
        try walk.each(&lines) { (line, walk) throws(SnapshotMismatch) in
            try walk.number(&line.last)
            try walk.number(&line.variance)
            try walk.integer(&line.count)
        }
    }
}
