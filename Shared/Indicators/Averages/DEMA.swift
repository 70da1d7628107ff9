/// The double exponential moving average: twice the average, less the average of the average, which takes most of the
/// lag away.
public struct DEMA: ListedIndicator {
    private var once: EMA
    private var twice: EMA

    public init(period: Int) {
        once = EMA(period: period)
        twice = EMA(period: period)
    }

    public var warmUp: Int { 2 * once.warmUp - 1 }

    @inline(__always)
    public mutating func update(_ number: Double) -> Double? {
        guard let first = once.update(number), let second = twice.update(first) else { return nil }
        return 2 * first - second
    }

    public static let listing = Listing(
        "dema", "double exponential moving average", parameters: [.period(20)], warmUp: "2 × period - 1",
        formula: "2 ema(c) − ema(ema(c))",
        .taLib("DEMA"))
    public init(_ chosen: Chosen) { self.init(period: chosen.period) }
}
