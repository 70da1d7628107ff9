/// A stop some average ranges away from the middle of the bar, which only moves with the trend and changes sides when the
/// close passes it. The trend is 1 for up and -1 for down.
public struct SuperTrend: ListedIndicator {
    private var range: ATR
    private let factor: Double
    private var upper = 0.0
    private var lower = 0.0
    private var previousClose = 0.0
    private var trend = 0.0

    public init(period: Int, factor: Double) {
        range = ATR(period: period)
        self.factor = factor
    }

    public var warmUp: Int { range.warmUp }

    public struct Value: Numbers {
        public var stop: Double
        public var trend: Double
    }

    @inline(__always)
    public mutating func update(_ candle: Candle) -> Value? {
        guard candle.hasUsablePrices else { return nil }
        let before = previousClose
        previousClose = candle.close
        guard let range = range.update(candle) else { return nil }
        return follow(candle.high, candle.low, candle.close, range, before)
    }

    /// What a bar makes of both stops, after one that closed at `before`.
    @inline(__always)
    private mutating func follow(
        _ high: Double, _ low: Double, _ close: Double, _ range: Double, _ before: Double
    ) -> Value {
        let middle = (high + low) / 2
        let (above, below) = (middle + factor * range, middle - factor * range)
        if trend == 0 {
            (upper, lower, trend) = (above, below, 1)
            if close <= below { trend = -1 }
        } else {
            // Selections, not conditions: a branch would be guessed wrong too often.
            upper = above < upper ? above : before > upper ? above : upper
            lower = below > lower ? below : before < lower ? below : lower
            if trend > 0, close < lower {
                trend = -1
            } else if trend < 0, close > upper {
                trend = 1
            }
        }
        return Value(stop: trend > 0 ? lower : upper, trend: trend)
    }

    public func fill(_ answers: inout Answers<Value>, from bars: CandleSource) {
        guard !range.trueRange.hasPrevious else { return fillByUpdates(&answers, from: bars) }
        var (state, range) = (self, range)
        let (begin, stride) = (warmUp - 1, answers.count)
        let isDone = answers.putBlocks(from: begin, of: shortBlock, alwaysFinite: true) {
            bar, length, stops in
            // The ranges stand where the stops will.
            guard range.take(bars, bar, length, into: stops) else { return false }
            let (high, low, close) = (bars.high.from(bar), bars.low.from(bar), bars.close.from(bar))
            var place = max(0, min(begin &- bar, length))
            while place < length {
                let said = state.follow(
                    high[place], low[place], close[place], stops[place], close[place &- 1])
                stops[place] = said.stop
                stops[stride &+ place] = said.trend
                place &+= 1
            }
            return true
        }
        if !isDone { fillByUpdates(&answers, from: bars) }
    }

    public static let listing = Listing(
        "supertrend", "trailing stop of so many average ranges, and the side it is on",
        parameters: [.period(10), .number("factor", 3, in: 0...1000, "average ranges of distance")],
        inputs: InputColumn.prices, outputs: ["stop", "trend"], warmUp: "period + 1",
        formula:
            "(h + l) ÷ 2 ∓ factor · atr(n), moved only towards the close; the trend turns "
            + "where the close passes it", .taLib("SUPERTREND"))
    public init(_ chosen: Chosen) { self.init(period: chosen.period, factor: chosen["factor"]) }
}
