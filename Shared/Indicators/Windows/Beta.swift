/// How much the returns of a series move with those of another, the market: covariance ÷ variance over a window of
/// returns. Nothing where the other does not move; a price of zero is refused.
public struct Beta: ListedIndicator {
    private var moments: RollingComoments
    private var previous: Pair?

    public init(period: Int) { moments = RollingComoments(count: period) }

    public var warmUp: Int { moments.count + 1 }

    public mutating func update(_ pair: Pair) -> Double? {
        guard pair.isUsable, pair.first != 0, pair.second != 0 else { return nil }
        defer { previous = pair }
        guard let previous else { return nil }
        let returns = Pair(pair.first / previous.first - 1, pair.second / previous.second - 1)
        guard returns.isUsable, moments.update(returns) else { return nil }
        let variance = moments.second.variance()
        return variance > 0 ? finite(moments.covariance / variance) : nil
    }

    public static let listing = Listing(
        "beta", "beta of the returns to those of another series", parameters: [.period(60, from: 2)],
        inputs: [.close, .other], warmUp: "period + 1",
        formula: "covₙ(r, s) ÷ varₙ(s), r = c ÷ c[1] − 1, s the same of the other series",
        .taLib("BETA", remark: "with the other series first; nothing, and not 0, where that does not move"))
    public init(_ chosen: Chosen) { self.init(period: chosen.period) }
}
