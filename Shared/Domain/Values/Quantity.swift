/// What one holds or orders, in billionths of a share or contract.
public struct Quantity: FixedPoint, BitwiseCopyable {
    @inlinable public static var digits: Int { 9 }
    @inlinable public static var scale: Int64 { 1_000_000_000 }
    public var units: Int64

    @inlinable public init(units: Int64) { self.units = units }
}
