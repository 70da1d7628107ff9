/// Keltner's channel: some average true ranges about the exponential average of the typical price. Both averages begin so
/// that they are ready together.
public struct Keltner: ListedIndicator {
    private var middle: EMA
    private var range: ATR
    private let factor: Double
    private var toMiddle: Int
    private var toRange: Int

    public init(period: Int, rangePeriod: Int, factor: Double) {
        middle = EMA(period: period)
        range = ATR(period: rangePeriod)
        self.factor = factor
        toMiddle = max(0, rangePeriod + 1 - period)
        toRange = max(0, period - rangePeriod - 1)
    }

    public var warmUp: Int { max(middle.warmUp, range.warmUp) }

    public struct Value: Numbers {
        public var upper: Double
        public var middle: Double
        public var lower: Double
    }

    @inline(__always)
    public mutating func update(_ candle: Candle) -> Value? {
        guard candle.hasUsablePrices else { return nil }
        var (average, reach): (Double?, Double?)
        if toMiddle > 0 { toMiddle -= 1 } else { average = middle.update(candle.typicalPrice) }
        if toRange > 0 { toRange -= 1 } else { reach = range.update(candle) }
        guard let average, let reach else { return nil }
        return Value(upper: average + factor * reach, middle: average, lower: average - factor * reach)
    }

    public static let listing = Listing(
        "keltner", "channel of so many average true ranges about the average of the typical price",
        parameters: [
            .period(20), .period(10, name: "range_period", "bars of the average true range"),
            .number("factor", 2, in: 0...1000, "average ranges to each side"),
        ],
        inputs: InputColumn.prices, outputs: ["upper", "middle", "lower"],
        warmUp: "max(period, range_period + 1)",
        formula:
            "ema(p, n) + factor · atr(range_period), ema(p, n), ema(p, n) − factor · "
            + "atr(range_period)", .taLib("KC"))
    public init(_ chosen: Chosen) {
        self.init(
            period: chosen.period, rangePeriod: chosen.whole("range_period"), factor: chosen["factor"])
    }
}
