/// A number kept as a whole count of a decimal unit, so that sums are exact.
public protocol FixedPoint: Hashable, Comparable, Sendable {
    /// How many decimal digits the unit has: 6 means that one unit is a millionth.
    static var digits: Int { get }
    /// The count of units.
    var units: Int64 { get }
    init(units: Int64)
}

extension FixedPoint {
    public static var zero: Self { Self(units: 0) }
    public static func < (left: Self, right: Self) -> Bool { left.units < right.units }
}
