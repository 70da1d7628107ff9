/// A moment in nanoseconds since 1970 UTC.
public struct Timestamp: Hashable, Comparable, Sendable {
    public var nanoseconds: Int64

    public init(nanoseconds: Int64) { self.nanoseconds = nanoseconds }

    public static let zero = Timestamp(nanoseconds: 0)
    public static func < (left: Self, right: Self) -> Bool { left.nanoseconds < right.nanoseconds }
}
