/// A number kept as a whole count of a decimal unit, so that sums are exact.
///
/// Operators trap on overflow; the throwing forms are for figures that come from outside.
public protocol FixedPoint: Hashable, Comparable, Sendable, AdditiveArithmetic, CustomStringConvertible {
    /// How many decimal digits the unit has: 6 means that one unit is a millionth.
    static var digits: Int { get }
    /// How many units make one: ten to the power of `digits`.
    static var scale: Int64 { get }
    /// The count of units.
    var units: Int64 { get }
    init(units: Int64)
}

extension FixedPoint {
    @inlinable public static var zero: Self { Self(units: 0) }
    @inlinable public static var max: Self { Self(units: .max) }
    @inlinable public static var min: Self { Self(units: .min) }

    /// A whole number: `Price(187)`.
    @inlinable public init(_ whole: Int) { self.init(units: Int64(whole) * Self.scale) }

    @inlinable public var isNegative: Bool { units < 0 }
    @inlinable public var isPositive: Bool { units > 0 }
    @inlinable public var magnitude: Self { Self(units: abs(units)) }

    @inlinable public static func < (left: Self, right: Self) -> Bool { left.units < right.units }
    @inlinable public static func + (left: Self, right: Self) -> Self {
        Self(units: left.units + right.units)
    }
    @inlinable public static func - (left: Self, right: Self) -> Self {
        Self(units: left.units - right.units)
    }
    @inlinable public static func += (left: inout Self, right: Self) { left = left + right }
    @inlinable public static func -= (left: inout Self, right: Self) { left = left - right }
    @inlinable public static prefix func - (value: Self) -> Self { Self(units: -value.units) }

    /// A whole multiple, as of a tick.
    @inlinable public static func * (left: Self, right: Int) -> Self {
        Self(units: left.units * Int64(right))
    }

    /// The sum, or an error where it is too large.
    public func adding(_ other: Self) throws(OverflowError) -> Self {
        let (sum, overflow) = units.addingReportingOverflow(other.units)
        guard !overflow else { throw OverflowError("\(self) + \(other)", Self.self) }
        return Self(units: sum)
    }

    /// The difference, or an error where it is too large.
    public func subtracting(_ other: Self) throws(OverflowError) -> Self {
        let (difference, overflow) = units.subtractingReportingOverflow(other.units)
        guard !overflow else { throw OverflowError("\(self) - \(other)", Self.self) }
        return Self(units: difference)
    }

    /// This value × `numerator` ÷ `denominator` through 128 bits, rounded once.
    public func scaled(
        _ numerator: Int64, over denominator: Int64, rounding: RoundingRule = .toNearestOrEven
    ) throws(OverflowError) -> Self {
        guard
            denominator != 0,
            let units = Int64(
                exactly: (Int128(units) * Int128(numerator)).divided(
                    by: Int128(denominator), rounding: rounding))
        else { throw OverflowError("\(self) × \(numerator) ÷ \(denominator)", Self.self) }
        return Self(units: units)
    }

    /// This value × a ratio that must be finite, rounded once to the unit.
    public func scaled(
        by ratio: Double, rounding: RoundingRule = .toNearestOrEven
    ) throws(OverflowError) -> Self {
        guard let units = exactProduct(units, ratio, rounding: rounding) else {
            throw OverflowError("\(self) × \(ratio)", Self.self)
        }
        return Self(units: units)
    }

    /// The middle of two values, rounded half to even; it cannot overflow.
    public static func midpoint(_ left: Self, _ right: Self) -> Self {
        let sum = Int128(left.units) + Int128(right.units)
        return Self(units: Int64(sum.divided(by: 2, rounding: .toNearestOrEven)))
    }

    /// The multiple of `tick` that lies nearest in the direction that `rounding` says.
    public func rounded(
        toMultipleOf tick: Self, _ rounding: RoundingRule = .toNearestOrEven
    ) throws(OverflowError) -> Self {
        // Most often it is one already, and a division in 128 bits takes several times as long.
        if tick.units > 0, units % tick.units == 0 { return self }
        guard
            tick.units > 0,
            let units = Int64(
                exactly: Int128(units).divided(by: Int128(tick.units), rounding: rounding)
                    * Int128(tick.units))
        else { throw OverflowError("\(self) as a multiple of \(tick)", Self.self) }
        return Self(units: units)
    }
}

extension Double {
    /// The double nearest to a decimal value.
    @inlinable public init(_ value: some FixedPoint) {
        self = Double(value.units) / Double(type(of: value).scale)
    }
}
