/// How closely two series move together in a window, from -1 to 1. Nothing where one of them does not move.
public struct Correlation: ListedIndicator {
    private var moments: RollingComoments

    public init(period: Int) { moments = RollingComoments(count: period) }

    public var warmUp: Int { moments.count }

    public mutating func update(_ pair: Pair) -> Double? {
        pair.isUsable && moments.update(pair) ? moments.correlation : nil
    }

    public static let listing = Listing(
        "correlation", "correlation with another series", parameters: [.period(30, from: 2)],
        inputs: [.close, .other], warmUp: "period",
        formula: "covₙ(c, x) ÷ √(varₙ(c) varₙ(x)), x the other series",
        .taLib("CORREL", remark: "nothing, and not 0, where a series does not move"))
    public init(_ chosen: Chosen) { self.init(period: chosen.period) }
}
