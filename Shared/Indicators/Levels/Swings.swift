/// Whether the bar so many bars ago was a swing: a high above, or a low below, all of the bars to its left and to its
/// right. It is told when the bars to its right are known, and not before: 1 where there was one, else 0.
public struct Swings: ListedIndicator {
    private var bars: SwingWindow

    public init(left: Int, right: Int) { bars = SwingWindow(left: left, right: right) }

    public var warmUp: Int { bars.count }

    public struct Value: Numbers {
        public var high: Double
        public var low: Double
    }

    public mutating func update(_ candle: Candle) -> Value? {
        guard candle.hasUsableRange, let swing = bars.update(candle) else { return nil }
        return Value(high: swing.high == nil ? 0 : 1, low: swing.low == nil ? 0 : 1)
    }

    public static let listing = Listing(
        "swings", "swing highs and lows, told when they are known",
        parameters: [
            .whole("left", 2, in: 1...1000, "bars before the swing"),
            .whole("right", 2, in: 1...1000, "bars after it"),
        ],
        inputs: InputColumn.range, outputs: ["high", "low"], warmUp: "left + right + 1",
        formula:
            "1 where h[right] is above each other h[0] … h[left + right], else 0; likewise l "
            + "below",
        .taLib("FRACTAL", remark: "1 for 100"))
    public init(_ chosen: Chosen) {
        self.init(left: chosen.whole("left"), right: chosen.whole("right"))
    }
}
