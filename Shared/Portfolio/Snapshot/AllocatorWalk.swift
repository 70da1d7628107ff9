import Allocation
import Domain

/// Everything that an allocator remembers, value by value.
extension Allocator {
    mutating func remember(_ walk: inout SnapshotWalk) throws(SnapshotMismatch) {
        try walk.each(&lines) { (line, walk) throws(SnapshotMismatch) in
            var signal = line.isSaid ? line.signal : nil
            try walk.optional(&signal, blank: Signal()) { (signal, walk) throws(SnapshotMismatch) in
                try walk.signal(&signal)
            }
            line.remember(signal)
        }
        try walk.places(&changed, below: lines.count)
        try walk.places(&turning, below: lines.count)
        try walk.places(&waiting, below: lines.count)
        try walk.each(&lines) { (line, walk) throws(SnapshotMismatch) in try walk.integer(&line.working) }
        try walk.each(&lines) { (line, walk) throws(SnapshotMismatch) in try walk.flag(&line.isSpent) }
        try calendar.remember(&walk)
        try weigher.remember(&walk)
    }

    /// Apart from the rest: older snapshots have it not.
    mutating func rememberRests(_ walk: inout SnapshotWalk) throws(SnapshotMismatch) {
        var rests = resting
        try walk.moments(&rests)
        if walk.isReading { resume(rests, exits: restingExits) }
    }

    /// Apart again, for the same reason.
    mutating func rememberExitRests(_ walk: inout SnapshotWalk) throws(SnapshotMismatch) {
        var rests = restingExits
        try walk.moments(&rests)
        if walk.isReading { resume(resting, exits: rests) }
    }
}

extension SnapshotWalk {
    /// Until when something holds, by instrument.
    mutating func moments(_ moments: inout [Int: Timestamp]) throws(SnapshotMismatch) {
        var list = moments.sorted { $0.key < $1.key }.map { (instrument: $0.key, until: $0.value) }
        try self.list(&list, blank: (instrument: 0, until: Timestamp.zero)) {
            (item, walk) throws(SnapshotMismatch) in
            try walk.integer(&item.instrument)
            try walk.moment(&item.until)
        }
        if isReading {
            moments = Dictionary(list.map { ($0.instrument, $0.until) }, uniquingKeysWith: { $1 })
        }
    }

    /// How often something happened, by instrument.
    mutating func counts(_ counts: inout [Int: Int]) throws(SnapshotMismatch) {
        var list = counts.sorted { $0.key < $1.key }.map { (instrument: $0.key, count: $0.value) }
        try self.list(&list, blank: (instrument: 0, count: 0)) { (item, walk) throws(SnapshotMismatch) in
            try walk.integer(&item.instrument)
            try walk.integer(&item.count)
        }
        if isReading { counts = Dictionary(list.map { ($0.instrument, $0.count) }, uniquingKeysWith: { $1 }) }
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

extension Weigher {
    fileprivate mutating func remember(_ walk: inout SnapshotWalk) throws(SnapshotMismatch) {
        try walk.list(&last, blank: (0, 0)) { (place, walk) throws(SnapshotMismatch) in
            try walk.integer(&place.instrument)
            try walk.number(&place.weight)
        }
        let blank = AllocationTrouble(kind: .history, sentence: "", first: .zero)
        try walk.list(&troubles, blank: blank) { (trouble, walk) throws(SnapshotMismatch) in
            try trouble.remember(&walk)
        }
        try walk.optional(&waitsSince, blank: 0) { (day, walk) throws(SnapshotMismatch) in
            try walk.integer(&day)
        }
    }
}

extension AllocationTrouble {
    fileprivate mutating func remember(_ walk: inout SnapshotWalk) throws(SnapshotMismatch) {
        var name = kind.rawValue
        try walk.text(&name)
        guard let known = AllocationFailure.Kind(rawValue: name) else {
            throw SnapshotMismatch("\(name) is no trouble of an allocation")
        }
        kind = known
        try walk.text(&sentence)
        try walk.moment(&first)
        try walk.integer(&count)
    }
}

extension ReturnBook {
    mutating func remember(_ walk: inout SnapshotWalk) throws(SnapshotMismatch) {
        try walk.list(&closes, blank: 0) { (close, walk) throws(SnapshotMismatch) in try walk.number(&close) }
        try walk.each(&latest) { (close, walk) throws(SnapshotMismatch) in try walk.number(&close) }
        try walk.each(&since) { (day, walk) throws(SnapshotMismatch) in try walk.integer(&day) }
        try walk.integer(&day)
        try walk.integer(&dayEnd)
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
