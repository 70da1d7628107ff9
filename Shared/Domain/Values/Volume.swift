/// What a market traded, in thousandths of a share.
public struct Volume: FixedPoint, BitwiseCopyable {
    @inlinable public static var digits: Int { 3 }
    @inlinable public static var scale: Int64 { 1_000 }
    public var units: Int64

    @inlinable public init(units: Int64) { self.units = units }
}
