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

    @inline(__always)
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

    public func fill(_ answers: inout Answers<Double>, from bars: CandleSource) {
        guard up.canTakeBlocks, previous == nil else { return fillByUpdates(&answers, from: bars) }
        var ups = SumTape(count: up.count)
        var downs = SumTape(count: up.count)
        let prices = Tape(window: 1)
        let fallen = Tape()
        let isDone = answers.putBlocks(
            from: up.count, of: roundBlock(up.count), oneMoreFirst: true,
            where: { bars.haveUsablePrices($0) && bars.volume.areUsable($0) }
        ) { bar, length, out in
            let (high, low) = (bars.high.from(bar), bars.low.from(bar))
            let (close, volume) = (bars.close.from(bar), bars.volume.from(bar))
            let price = prices.numbers
            // Of the first bar it is not known whether the price rose.
            let skipped = bar == 0 ? 1 : 0
            let (rise, fall) = (ups.numbers - skipped, downs.numbers - skipped)
            var place = 0
            while place < length {
                price[place] = (high[place] + low[place] + close[place]) / 3
                place &+= 1
            }
            place = skipped
            while place < length {
                let (now, before) = (price[place], price[place &- 1])
                let money = now * volume[place]
                rise[place] = now > before ? money : 0
                fall[place] = now < before ? money : 0
                place &+= 1
            }
            prices.advance(by: length)
            ups.take(length &- skipped, into: out + skipped)
            let fallen = fallen.numbers
            downs.take(length &- skipped, into: fallen + skipped)
            place = skipped
            while place < length {
                let (up, both) = (out[place], out[place] + fallen[place])
                out[place] = both > 0 ? 100 * (up / both) : .nan
                place &+= 1
            }
        }
        if !isDone { fillByUpdates(&answers, from: bars) }
    }

    public static let listing = Listing(
        "mfi", "money flow index, 0 to 100", parameters: [.period(14)],
        inputs: InputColumn.prices + [.volume], warmUp: "period + 1",
        formula: "100 u ÷ (u + d), u = Σₙ p v of bars where p > p[1], d where p < p[1]",
        .taLib("MFI", remark: "nothing, and not 0, where no money flowed"))
    public init(_ chosen: Chosen) { self.init(period: chosen.period) }
}
