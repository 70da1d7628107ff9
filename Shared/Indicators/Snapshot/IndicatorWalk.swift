import Domain

/// What indicators remember, value by value, for the snapshots of the strategies that use them. Periods and weights are
/// not among it: they come from where the strategy's arguments come.
extension SmoothedAverage {
    public mutating func remember(_ walk: inout SnapshotWalk) throws(SnapshotMismatch) {
        try walk.integer(&count)
        try walk.number(&value)
    }
}

extension EMA {
    public mutating func remember(_ walk: inout SnapshotWalk) throws(SnapshotMismatch) {
        try average.remember(&walk)
    }
}

extension TrueRange {
    public mutating func remember(_ walk: inout SnapshotWalk) throws(SnapshotMismatch) {
        try walk.number(&previousClose)
        try walk.flag(&hasPrevious)
    }
}

extension ATR {
    public mutating func remember(_ walk: inout SnapshotWalk) throws(SnapshotMismatch) {
        try trueRange.remember(&walk)
        try average.remember(&walk)
    }
}

extension RSI {
    public mutating func remember(_ walk: inout SnapshotWalk) throws(SnapshotMismatch) {
        try gains.remember(&walk)
        try losses.remember(&walk)
        try walk.number(&previous)
        try walk.flag(&hasPrevious)
    }
}

extension DirectionalMovement {
    public mutating func remember(_ walk: inout SnapshotWalk) throws(SnapshotMismatch) {
        try trueRange.remember(&walk)
        try previous.remember(&walk)
        try walk.number(&range)
        try walk.number(&up)
        try walk.number(&down)
        try walk.integer(&count)
    }
}

extension ADX {
    public mutating func remember(_ walk: inout SnapshotWalk) throws(SnapshotMismatch) {
        try movement.remember(&walk)
        try walk.number(&average)
        try walk.integer(&count)
    }
}

extension VWAP {
    public mutating func remember(_ walk: inout SnapshotWalk) throws(SnapshotMismatch) {
        try total.remember(&walk)
        try walk.integer(&session)
    }
}

extension VolumeWeightedPrice {
    public mutating func remember(_ walk: inout SnapshotWalk) throws(SnapshotMismatch) {
        try walk.number(&shift)
        try walk.number(&volume)
        try walk.number(&distances)
        try walk.number(&squares)
        try walk.flag(&hasBegun)
    }
}

extension Candle {
    public mutating func remember(_ walk: inout SnapshotWalk) throws(SnapshotMismatch) {
        try walk.number(&open)
        try walk.number(&high)
        try walk.number(&low)
        try walk.number(&close)
        try walk.number(&volume)
        try walk.integer(&session)
    }
}
