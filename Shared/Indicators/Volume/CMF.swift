import CColumns

/// Chaikin's money flow: of a window's volume the part that was bought, from -1 to 1. Nothing without volume.
public struct CMF: ListedIndicator {
    private var flow: RollingSum
    private var volume: RollingSum

    public init(period: Int) {
        flow = RollingSum(count: period)
        volume = RollingSum(count: period)
    }

    public var warmUp: Int { volume.count }

    @inline(__always)
    public mutating func update(_ candle: Candle) -> Double? {
        guard candle.hasUsablePrices, candle.volume.isUsable else { return nil }
        let flow = flow.update(candle.moneyFlow)
        guard let volume = volume.update(candle.volume), let flow, volume > 0 else { return nil }
        return finite(flow / volume)
    }

    public func fill(_ answers: inout Answers<Double>, from bars: CandleSource) {
        guard flow.canTakeBlocks else { return fillByUpdates(&answers, from: bars) }
        var flows = SumTape(count: flow.count)
        var volumes = SumTape(count: flow.count)
        let traded = Tape()
        let isDone = answers.putBlocks(
            from: flow.count - 1, of: roundBlock(flow.count)
        ) { bar, length, out in
            guard bars.putMoneyFlow(from: bar, length, into: flows.numbers) else { return false }
            flows.take(length, into: out)
            volumes.take(bars.volume, bar, length, into: traded.numbers)
            tradewind_divide(out, traded.numbers, length)
            return true
        }
        if !isDone { fillByUpdates(&answers, from: bars) }
    }

    public static let listing = Listing(
        "cmf", "money flow of Chaikin, -1 to 1", parameters: [.period(20)],
        inputs: InputColumn.prices + [.volume], warmUp: "period",
        formula: "Σₙ v ((c − l) − (h − c)) ÷ (h − l) ÷ Σₙ v", .taLib("CMF"))
    public init(_ chosen: Chosen) { self.init(period: chosen.period) }
}
