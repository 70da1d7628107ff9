/// What one holds or orders, in billionths of a share or contract.
public struct Quantity: FixedPoint {
    public static var digits: Int { 9 }
    public var units: Int64

    public init(units: Int64) { self.units = units }
}
