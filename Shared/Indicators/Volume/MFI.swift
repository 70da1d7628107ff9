/// The money flow index: of the money of a window that changed hands at a changed price, the part in percent that did so
/// at a rising one.
public struct MFI: ListedIndicator {
    private var up: RollingSum
    private var down: RollingSum
    private var previous: Double?

    public init(period: Int) {
        up = RollingSum(count: period)
        down = RollingSum(count: period)
    }

    public var warmUp: Int { up.count + 1 }

    public mutating func update(_ candle: Candle) -> Double? {
        guard candle.hasUsablePrices, candle.volume.isUsable else { return nil }
        let price = candle.typicalPrice
        defer { previous = price }
        guard let previous else { return nil }
        let money = price * candle.volume
        let up = up.update(price > previous ? money : 0)
        let down = down.update(price < previous ? money : 0)
        guard let up, let down, up + down > 0 else { return nil }
        return finite(100 * (up / (up + down)))
    }

    public static let listing = Listing(
        "mfi", "money flow index, 0 to 100", parameters: [.period(14)],
        inputs: InputColumn.prices + [.volume], warmUp: "period + 1",
        formula: "100 u ÷ (u + d), u = Σₙ p v of bars where p > p[1], d where p < p[1]",
        .taLib("MFI", remark: "nothing, and not 0, where no money flowed"))
    public init(_ chosen: Chosen) { self.init(period: chosen.period) }
}
