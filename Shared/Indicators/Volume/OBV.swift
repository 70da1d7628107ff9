/// On-balance volume: volume is added when the close rises, and taken away when it falls. It begins with the first
/// bar's volume.
public struct OBV: ListedIndicator {
    private var previousClose: Double?
    private var balance = 0.0

    public init() {}

    public var warmUp: Int { 1 }

    @inline(__always)
    public mutating func update(_ candle: Candle) -> Double? {
        guard candle.close.isUsable, candle.volume.isUsable else { return nil }
        let before = previousClose ?? -.infinity
        // Selections, not conditions: a branch would be guessed wrong every other bar.
        let bought = candle.close > before ? candle.volume : 0
        balance += candle.close < before ? -candle.volume : bought
        previousClose = candle.close
        return balance
    }

    public static let listing = Listing(
        "obv", "on-balance volume", inputs: [.close, .volume], warmUp: "1",
        formula: "obv[1] + v where c > c[1], − v where c < c[1]; the first is v", .taLib("OBV"))
    public init(_ chosen: Chosen) { self.init() }
}
