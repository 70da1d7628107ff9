import CColumns

/// The mean of the closes of a window, each weighing its volume. Nothing where the window has no volume.
public struct VWMA: ListedIndicator {
    private var traded: RollingSum
    private var volume: RollingSum

    public init(period: Int) {
        traded = RollingSum(count: period)
        volume = RollingSum(count: period)
    }

    public var warmUp: Int { volume.count }

    @inline(__always)
    public mutating func update(_ candle: Candle) -> Double? {
        guard candle.close.isUsable, candle.volume.isUsable else { return nil }
        let traded = traded.update(candle.close * candle.volume)
        guard let volume = volume.update(candle.volume), let traded, volume > 0 else { return nil }
        return finite(traded / volume)
    }

    public func fill(_ answers: inout Answers<Double>, from bars: CandleSource) {
        guard volume.canTakeBlocks else { return fillByUpdates(&answers, from: bars) }
        var money = SumTape(count: volume.count)
        var volumes = SumTape(count: volume.count)
        let traded = Tape()
        let isDone = answers.putBlocks(
            from: volume.count - 1, of: roundBlock(volume.count),
            where: { bars.close.areUsable($0) && bars.volume.areUsable($0) }
        ) { bar, length, out in
            let (closes, sizes) = (bars.close.from(bar), bars.volume.from(bar))
            let products = money.numbers
            var place = 0
            while place < length {
                products[place] = closes[place] * sizes[place]
                place &+= 1
            }
            money.take(length, into: out)
            volumes.take(bars.volume, bar, length, into: traded.numbers)
            tradewind_divide(out, traded.numbers, length)
        }
        if !isDone { fillByUpdates(&answers, from: bars) }
    }

    public static let listing = Listing(
        "vwma", "moving average weighted by volume", parameters: [.period(20)], inputs: [.close, .volume],
        warmUp: "period", formula: "Σₙ c v ÷ Σₙ v", .taLib("VWMA"))
    public init(_ chosen: Chosen) { self.init(period: chosen.period) }
}
