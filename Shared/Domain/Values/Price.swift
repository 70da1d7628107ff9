/// A price in millionths of the currency.
public struct Price: FixedPoint {
    public static var digits: Int { 6 }
    public var units: Int64

    public init(units: Int64) { self.units = units }
}
