/// What became of bars that were handed to a store.
public struct Appended: Equatable, Sendable {
    /// Bars of a time that had none before.
    public var added = 0
    /// Bars that took the place of one with other figures; what they replaced is kept for reads as known before.
    public var replaced = 0
    /// Bars that were there already, figure for figure.
    public var same = 0
    /// Bars of a time that came twice in what was handed over: the later one counts, and it is counted above.
    public var repeated = 0

    public init(added: Int = 0, replaced: Int = 0, same: Int = 0, repeated: Int = 0) {
        self.added = added
        self.replaced = replaced
        self.same = same
        self.repeated = repeated
    }

    public static func += (left: inout Appended, right: Appended) {
        left.added += right.added
        left.replaced += right.replaced
        left.same += right.same
        left.repeated += right.repeated
    }
}
