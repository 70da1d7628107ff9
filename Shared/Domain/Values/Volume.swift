/// What a market traded, in thousandths of a share.
public struct Volume: FixedPoint {
    public static var digits: Int { 3 }
    public var units: Int64

    public init(units: Int64) { self.units = units }
}
