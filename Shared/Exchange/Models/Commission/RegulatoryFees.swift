import Domain

/// What selling costs in the United States besides commission: the fee of the SEC on the worth (Section 31), and
/// FINRA's on the shares (TAF), up to a cap. Each is rounded up to the cent for an order, as brokers pass it on.
public struct RegulatoryFees: Equatable, Sendable {
    public var perMillion: Double = 0
    public var perShare: Double = 0
    public var perShareCap: Double = 0
    /// The rates are those of the day on which an order came, whatever stands here.
    private var followsDates = false

    /// The rates of each day, by `RegulatoryRates`.
    public init() { followsDates = true }

    /// The same rates on every day.
    public init(perMillion: Double, perShare: Double, perShareCap: Double) {
        self.perMillion = perMillion
        self.perShare = perShare
        self.perShareCap = perShareCap
    }

    /// What an order to sell that came on a day costs in all, after so much of it was traded for so much.
    public func total(sold: Quantity, worth: Money, on date: CivilDate) -> Money {
        var rates = self
        if followsDates {
            rates.perMillion = RegulatoryRates.perMillion(on: date)
            (rates.perShare, rates.perShareCap) = RegulatoryRates.perShare(on: date)
        }
        return rates.total(sold: sold, worth: worth)
    }

    private func total(sold: Quantity, worth: Money) -> Money {
        let section31 = Rate(perMillion / 1_000_000).of(max(worth.units, 0), rounding: .up)
        // A price has six digits and the rate of a share nine: the count of shares is scaled instead.
        let activity = min(
            Rate(perShare).of(sold.units / 1_000, rounding: .up), Rate(perShareCap).billionths / 1_000)
        return Money(units: RegulatoryFees.cents(section31) + RegulatoryFees.cents(activity))
    }

    private static func cents(_ units: Int64) -> Int64 { (units + 9_999) / 10_000 * 10_000 }
}
