import Domain

/// A share of an amount in billionths, so that a rate is applied in whole numbers and rounded once, half to even.
public struct Rate: Equatable, BitwiseCopyable, Sendable {
    public var billionths: Int64

    public static let zero = Rate(billionths: 0)
    public static let one = Rate(billionths: 1_000_000_000)

    public init(billionths: Int64) { self.billionths = billionths }

    /// The nearest rate to a fraction, which lies within ±1,000.
    public init(_ fraction: Double) {
        precondition(abs(fraction) <= 1_000, "a rate lies within ±1,000")
        billionths = Int64((fraction * 1e9).rounded(.toNearestOrEven))
    }

    public static func basisPoints(_ points: Double) -> Rate { Rate(points / 10_000) }

    /// That share of a count of units. Where 64 bits hold the product, no division needs 128.
    func of(_ units: Int64, rounding: RoundingRule = .toNearestOrEven) -> Int64 {
        if billionths == 1_000_000_000 { return units }
        let (product, overflow) = units.multipliedReportingOverflow(by: billionths)
        if overflow || rounding != .toNearestOrEven {
            return Int64((Int128(units) * Int128(billionths)).divided(by: 1_000_000_000, rounding: rounding))
        }
        let (quotient, remainder) = product.quotientAndRemainder(dividingBy: 1_000_000_000)
        let rest = remainder.magnitude
        guard rest > 500_000_000 || rest == 500_000_000 && quotient & 1 != 0 else { return quotient }
        return quotient + (product < 0 ? -1 : 1)
    }

    func of(_ money: Money) -> Money { Money(units: of(money.units)) }
    func of(_ price: Price) -> Price { Price(units: of(price.units)) }
}
