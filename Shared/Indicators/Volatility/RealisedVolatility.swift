import Glibc

/// The sample deviation of the logarithmic returns of a window, of a year. A price that is not above zero is refused.
public struct RealisedVolatility: ListedIndicator {
    private var moments: RollingMoments
    private let periods: Double
    private var previous: Double?

    public init(period: Int, periods: Double) {
        precondition(period >= 2, "a sample's deviation takes at least 2 returns, not \(period)")
        moments = RollingMoments(count: period)
        self.periods = periods
    }

    public var warmUp: Int { moments.count + 1 }

    @inline(__always)
    public mutating func update(_ number: Double) -> Double? {
        guard number.isUsable, number > 0 else { return nil }
        let logarithm = log(number)
        defer { previous = logarithm }
        guard let previous, moments.update(logarithm - previous) else { return nil }
        return (moments.variance(takingDegrees: 1) * periods).squareRoot()
    }

    public static let listing = Listing(
        "realised_volatility", "volatility of a year from closes",
        parameters: [.period(20, from: 2), .periodsPerYear], warmUp: "period + 1",
        .formula("sample deviation of ln(close ÷ close before) × √periods"))
    public init(_ chosen: Chosen) { self.init(period: chosen.period, periods: chosen["periods"]) }
}
