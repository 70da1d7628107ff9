/// How much of the money was at work, period by period, and how often it was turned over.
public struct Activity: Sendable {
    /// The absolute value of what was held, as a part of equity, averaged over the periods.
    public let meanExposure: Double?
    /// The share of the periods with anything held.
    public let exposure: Double?
    /// What was bought and sold in a year, halved, as a multiple of the mean equity: 1 means that everything was
    /// replaced once.
    public let turnover: Double?

    /// For each period the equity, the absolute value of all positions, and the value of all fills.
    public init(
        equity: [Double], held: [Double], traded: [Double], periodsPerYear: Double = 252
    ) throws(ReturnsError) {
        guard equity.count == held.count, equity.count == traded.count else {
            throw ReturnsError(
                "\(equity.count) equities, \(held.count) holdings and \(traded.count) volumes; one of each for a period "
                    + "would be right")
        }
        for column in [equity, held, traded] {
            for (index, value) in column.enumerated() where !value.isFinite {
                throw ReturnsError("value \(index + 1) is \(value); a finite number would be right")
            }
        }
        let count = Double(equity.count)
        let parts = zip(held, equity).compactMap { quotient($0.magnitude, $1) }
        meanExposure = parts.count == equity.count ? mean(parts) : nil
        exposure = quotient(Double(held.count { $0 != 0 }), count)
        if let average = mean(equity) {
            turnover = quotient(sum(traded.map(\.magnitude)) / 2, average).flatMap {
                defined($0 * periodsPerYear / count)
            }
        } else {
            turnover = nil
        }
    }
}
