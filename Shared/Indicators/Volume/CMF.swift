/// Chaikin's money flow: of a window's volume the part that was bought, from -1 to 1. Nothing without volume.
public struct CMF: ListedIndicator {
    private var flow: RollingSum
    private var volume: RollingSum

    public init(period: Int) {
        flow = RollingSum(count: period)
        volume = RollingSum(count: period)
    }

    public var warmUp: Int { volume.count }

    public mutating func update(_ candle: Candle) -> Double? {
        guard candle.hasUsablePrices, candle.volume.isUsable else { return nil }
        let flow = flow.update(candle.moneyFlow)
        guard let volume = volume.update(candle.volume), let flow, volume > 0 else { return nil }
        return finite(flow / volume)
    }

    public static let listing = Listing(
        "cmf", "money flow of Chaikin, -1 to 1", parameters: [.period(20)],
        inputs: InputColumn.prices + [.volume], warmUp: "period",
        formula: "Σₙ v ((c − l) − (h − c)) ÷ (h − l) ÷ Σₙ v", .taLib("CMF"))
    public init(_ chosen: Chosen) { self.init(period: chosen.period) }
}
