/// How long ago the highest high and the lowest low of a window were: 100 for now, 0 for `period` bars ago.
public struct Aroon: ListedIndicator {
    private let period: Int
    private var highest: RollingExtremeAge
    private var lowest: RollingExtremeAge

    public init(period: Int) {
        self.period = period
        highest = RollingExtremeAge(count: period + 1)
        lowest = RollingExtremeAge(count: period + 1)
    }

    public var warmUp: Int { period + 1 }

    public struct Value: Numbers {
        public var down: Double
        public var up: Double
    }

    @inline(__always)
    public mutating func update(_ candle: Candle) -> Value? {
        guard candle.hasUsableRange else { return nil }
        let sinceHigh = highest.update(candle.high)
        guard let sinceLow = lowest.update(-candle.low), let sinceHigh else { return nil }
        return Value(
            down: 100 * Double(period - sinceLow) / Double(period),
            up: 100 * Double(period - sinceHigh) / Double(period))
    }

    public static let listing = Listing(
        "aroon", "age of the lowest low and the highest high", parameters: [.period(14)],
        inputs: InputColumn.range, outputs: ["down", "up"], warmUp: "period + 1",
        formula:
            "100 (n − bars since the lowest low) ÷ n and 100 (n − bars since the highest "
            + "high) ÷ n, of n + 1 bars", .taLib("AROON"))
    public init(_ chosen: Chosen) { self.init(period: chosen.period) }
}
