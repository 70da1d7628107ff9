/// Donchian's channel: the highest high and the lowest low of a window, and the middle.
public struct Donchian: ListedIndicator {
    private var range: RangeMiddle

    public init(period: Int) { range = RangeMiddle(count: period) }

    public var warmUp: Int { range.count }

    public mutating func update(_ candle: Candle) -> Keltner.Value? {
        guard candle.hasUsableRange, let (high, low, middle) = range.update(candle) else { return nil }
        return Keltner.Value(upper: high, middle: middle, lower: low)
    }

    public static let listing = Listing(
        "donchian", "highest high, middle and lowest low of the window", parameters: [.period(20)],
        inputs: InputColumn.range, outputs: ["upper", "middle", "lower"], warmUp: "period",
        formula: "maxₙ(h), the middle of both, minₙ(l)", .taLib("DONCHIAN")
    )
    public init(_ chosen: Chosen) { self.init(period: chosen.period) }
}
