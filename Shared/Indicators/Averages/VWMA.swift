/// The mean of the closes of a window, each weighing its volume. Nothing where the window has no volume.
public struct VWMA: ListedIndicator {
    private var traded: RollingSum
    private var volume: RollingSum

    public init(period: Int) {
        traded = RollingSum(count: period)
        volume = RollingSum(count: period)
    }

    public var warmUp: Int { volume.count }

    public mutating func update(_ candle: Candle) -> Double? {
        guard candle.close.isUsable, candle.volume.isUsable else { return nil }
        let traded = traded.update(candle.close * candle.volume)
        guard let volume = volume.update(candle.volume), let traded, volume > 0 else { return nil }
        return finite(traded / volume)
    }

    public static let listing = Listing(
        "vwma", "moving average weighted by volume", parameters: [.period(20)], inputs: [.close, .volume],
        warmUp: "period", formula: "Σₙ c v ÷ Σₙ v", .taLib("VWMA"))
    public init(_ chosen: Chosen) { self.init(period: chosen.period) }
}
