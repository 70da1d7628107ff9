import Domain

/// A share of something in billionths, so that it is applied in whole numbers.
public struct Share: Equatable, Comparable, Sendable {
    public var billionths: Int64

    public static let all = Share(billionths: 1_000_000_000)
    public static let none = Share(billionths: 0)

    public init(billionths: Int64) { self.billionths = billionths }

    /// The nearest share to a fraction within ±1,000.
    public init(_ fraction: Double) {
        precondition(abs(fraction) <= 1_000, "a share lies within ±1,000")
        billionths = Int64((fraction * 1e9).rounded(.toNearestOrEven))
    }

    public static func percent(_ percent: Double) -> Share { Share(percent / 100) }
    public static func basisPoints(_ points: Double) -> Share { Share(points / 10_000) }

    /// The share that a part is of a whole above zero.
    init(_ part: Int64, of whole: Int64) {
        billionths = Int64((Int128(part) * 1_000_000_000).divided(by: Int128(whole), rounding: .down))
    }

    public static func < (left: Share, right: Share) -> Bool { left.billionths < right.billionths }

    func of(_ units: Int64, rounding: RoundingRule = .toNearestOrEven) -> Int64 {
        Int64((Int128(units) * Int128(billionths)).divided(by: 1_000_000_000, rounding: rounding))
    }
    func of(_ price: Price) -> Price { Price(units: of(price.units)) }
    func of(_ money: Money) -> Money { Money(units: of(money.units, rounding: .down)) }
    func of(_ quantity: Quantity) -> Quantity { Quantity(units: of(quantity.units, rounding: .down)) }
}

extension Price {
    /// The price on the grid of the American markets: cents from one dollar on, hundredths of a cent below.
    func onTick(_ rounding: RoundingRule) -> Price {
        let tick = Price(units: units >= Price.scale ? 10_000 : 100)
        let rounded = (try? self.rounded(toMultipleOf: tick, rounding)) ?? self
        return rounded < tick ? tick : rounded
    }
}

extension Quantity {
    /// As many whole lots as are in it.
    func inLots(of lot: Quantity) -> Quantity {
        Quantity(units: units / lot.units * lot.units)
    }
}
