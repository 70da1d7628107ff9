/// The triple exponential moving average: as `DEMA`, with an average of the average of the average added.
public struct TEMA: ListedIndicator {
    private var once: EMA
    private var twice: EMA
    private var thrice: EMA

    public init(period: Int) {
        once = EMA(period: period)
        twice = EMA(period: period)
        thrice = EMA(period: period)
    }

    public var warmUp: Int { 3 * once.warmUp - 2 }

    @inline(__always)
    public mutating func update(_ number: Double) -> Double? {
        guard let first = once.update(number), let second = twice.update(first),
            let third = thrice.update(second)
        else { return nil }
        return 3 * first - 3 * second + third
    }

    public static let listing = Listing(
        "tema", "triple exponential moving average", parameters: [.period(20)], warmUp: "3 × period - 2",
        formula: "3 ema(c) − 3 ema(ema(c)) + ema(ema(ema(c)))",
        .taLib("TEMA"))
    public init(_ chosen: Chosen) { self.init(period: chosen.period) }
}
