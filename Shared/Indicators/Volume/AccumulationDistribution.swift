/// The accumulation and distribution line: the sum of all volume, each weighing where its close lies in the bar, from -1
/// at the low to 1 at the high.
public struct AccumulationDistribution: ListedIndicator {
    private var line = 0.0

    public init() {}

    public var warmUp: Int { 1 }

    public mutating func update(_ candle: Candle) -> Double? {
        guard candle.hasUsablePrices, candle.volume.isUsable else { return nil }
        line += candle.moneyFlow
        return line
    }

    public static let listing = Listing(
        "ad", "accumulation and distribution line", inputs: InputColumn.prices + [.volume], warmUp: "1",
        formula: "ad[1] + v ((c − l) − (h − c)) ÷ (h − l)",
        .taLib("AD"))
    public init(_ chosen: Chosen) { self.init() }
}

extension Candle {
    /// The volume by where the close lies in the bar; none of a bar without range.
    var moneyFlow: Double {
        high > low ? ((close - low) - (high - close)) / (high - low) * volume : 0
    }
}
