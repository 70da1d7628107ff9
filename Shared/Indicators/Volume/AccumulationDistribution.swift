import CColumns

/// The accumulation and distribution line: the sum of all volume, each weighing where its close lies in the bar, from -1
/// at the low to 1 at the high.
public struct AccumulationDistribution: ListedIndicator {
    private var line = 0.0

    public init() {}

    public var warmUp: Int { 1 }

    @inline(__always)
    public mutating func update(_ candle: Candle) -> Double? {
        guard candle.hasUsablePrices, candle.volume.isUsable else { return nil }
        line += candle.moneyFlow
        return line
    }

    public func fill(_ answers: inout Answers<Double>, from bars: CandleSource) {
        var line = line
        let isDone = answers.putBlocks(from: 0, of: shortBlock, alwaysFinite: true) { bar, length, out in
            guard bars.putMoneyFlow(from: bar, length, into: out) else { return false }
            var (sum, place) = (line, 0)
            while place < length {
                sum += out[place]
                out[place] = sum
                place &+= 1
            }
            line = sum
            return true
        }
        if !isDone { fillByUpdates(&answers, from: bars) }
    }

    public static let listing = Listing(
        "ad", "accumulation and distribution line", inputs: InputColumn.prices + [.volume], warmUp: "1",
        formula: "ad[1] + v ((c − l) − (h − c)) ÷ (h − l)",
        .taLib("AD"))
    public init(_ chosen: Chosen) { self.init() }
}

extension Candle {
    /// The volume by where the close lies in the bar; none of a bar without range, or one so far beyond it that there is no
    /// number for it.
    @inline(__always)
    var moneyFlow: Double {
        let part = ((close - low) - (high - close)) / (high - low)
        let flow = part * volume
        return high > low .& flow.isUsable ? flow : 0
    }
}

extension CandleSource {
    /// The money flow of each bar of a block; false if not all bars are usable.
    @inline(__always)
    func putMoneyFlow(from bar: Int, _ length: Int, into out: UnsafeMutablePointer<Double>) -> Bool {
        tradewind_money_flows(
            high.from(bar), low.from(bar), close.from(bar), volume.from(bar), length, out) == 0
    }
}
