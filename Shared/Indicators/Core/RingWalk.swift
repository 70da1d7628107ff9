import Domain

extension Ring: Remembering {
    /// Only as many elements as the window has; the places behind them are never looked at.
    public mutating func remember(_ walk: inout SnapshotWalk) throws(SnapshotMismatch) {
        try walk.count(count)
        try walk.integer(&position)
        guard position >= 0, position < count else {
            throw SnapshotMismatch("place \(position) is named where there are \(count)")
        }
        let count = count
        let outcome = withPlaces { places in
            Result { () throws(SnapshotMismatch) in try walk.values(at: places, count: count) }
        }
        try outcome.get()
    }
}
