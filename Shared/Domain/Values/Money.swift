/// An amount in millionths of the currency.
public struct Money: FixedPoint {
    public static var digits: Int { 6 }
    public var units: Int64

    public init(units: Int64) { self.units = units }
}
