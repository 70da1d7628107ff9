/// The nearest levels at which the price turned: of the last swings the highest low that is not above the close, and the
/// lowest high that is not below it. Nothing where one of them is missing.
public struct SupportResistance: ListedIndicator {
    private var swings: SwingWindow
    private var highs: Ring<Double>
    private var lows: Ring<Double>

    public init(left: Int, right: Int, kept: Int) {
        swings = SwingWindow(left: left, right: right)
        highs = Ring(count: kept, filledWith: -.infinity)
        lows = Ring(count: kept, filledWith: .infinity)
    }

    public var warmUp: Int { swings.count }

    public struct Value: Numbers {
        public var support: Double
        public var resistance: Double
    }

    @inline(__always)
    public mutating func update(_ candle: Candle) -> Value? {
        guard candle.hasUsablePrices, let swing = swings.update(candle) else { return nil }
        if let high = swing.high { _ = highs.replaceOldest(with: high) }
        if let low = swing.low { _ = lows.replaceOldest(with: low) }
        var (support, resistance) = (-Double.infinity, Double.infinity)
        for ago in 0..<highs.count {
            let (high, low) = (highs.element(ago: ago), lows.element(ago: ago))
            if high >= candle.close, high < resistance { resistance = high }
            if low <= candle.close, low > support { support = low }
        }
        guard support.isFinite, resistance.isFinite else { return nil }
        return Value(support: support, resistance: resistance)
    }

    public static let listing = Listing(
        "levels", "nearest support and resistance among the last swings",
        parameters: [
            .whole("left", 5, in: 1...1000, "bars before a swing"),
            .whole("right", 5, in: 1...1000, "bars after it"),
            .whole("kept", 20, in: 1...1000, "swing highs and lows that are remembered"),
        ],
        inputs: InputColumn.prices, outputs: ["support", "resistance"],
        warmUp: "left + right + 1 at the earliest",
        .formula(
            "of the last swing lows the highest that is not above the close; of the highs the lowest not below"
        ))
    public init(_ chosen: Chosen) {
        self.init(left: chosen.whole("left"), right: chosen.whole("right"), kept: chosen.whole("kept"))
    }
}
