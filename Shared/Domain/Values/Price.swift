/// A price in millionths of the currency.
public struct Price: FixedPoint, BitwiseCopyable {
    @inlinable public static var digits: Int { 6 }
    @inlinable public static var scale: Int64 { 1_000_000 }
    public var units: Int64

    @inlinable public init(units: Int64) { self.units = units }
}
