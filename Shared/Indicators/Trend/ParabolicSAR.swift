import CColumns

/// Wilder's parabolic stop: it follows the price ever more closely, and changes sides when it is met.
public struct ParabolicSAR: ListedIndicator {
    private let acceleration: Double
    private let most: Double
    private var factor: Double
    private var isLong = true
    private var stop = 0.0
    private var extreme = 0.0
    private var previous = Candle(open: 0, high: 0, low: 0, close: 0)
    private var count = 0

    public init(acceleration: Double, most: Double) {
        self.acceleration = min(acceleration, most)
        self.most = most
        factor = self.acceleration
    }

    public var warmUp: Int { 2 }

    @inline(__always)
    public mutating func update(_ candle: Candle) -> Double? {
        guard candle.hasUsableRange else { return nil }
        defer { previous = candle }
        if count == 0 {
            count = 1
            return nil
        }
        if count == 1 {
            count = 2
            begin(with: candle)
        }
        return isLong ? rise(candle) : fall(candle)
    }

    /// The first two bars say the side: down only if the low fell further than the high rose.
    private mutating func begin(with candle: Candle) {
        let fall = previous.low - candle.low
        isLong = !(fall > 0 && fall > candle.high - previous.high)
        stop = isLong ? previous.low : previous.high
        extreme = isLong ? candle.high : candle.low
        previous = candle
    }

    private mutating func rise(_ candle: Candle) -> Double {
        if candle.low <= stop {
            isLong = false
            stop = max(extreme, max(previous.high, candle.high))
            let now = stop
            turn(at: candle.low)
            stop = max(stop, max(previous.high, candle.high))
            return now
        }
        let now = stop
        // Selections, not conditions: a branch would be guessed wrong too often.
        let quicker = min(factor + acceleration, most)
        factor = candle.high > extreme ? quicker : factor
        extreme = candle.high > extreme ? candle.high : extreme
        stop = min(stop + factor * (extreme - stop), min(previous.low, candle.low))
        return now
    }

    private mutating func fall(_ candle: Candle) -> Double {
        if candle.high >= stop {
            isLong = true
            stop = min(extreme, min(previous.low, candle.low))
            let now = stop
            turn(at: candle.high)
            stop = min(stop, min(previous.low, candle.low))
            return now
        }
        let now = stop
        let quicker = min(factor + acceleration, most)
        factor = candle.low < extreme ? quicker : factor
        extreme = candle.low < extreme ? candle.low : extreme
        stop = max(stop + factor * (extreme - stop), max(previous.high, candle.high))
        return now
    }

    /// Begins anew on the other side, towards its first extreme.
    private mutating func turn(at extreme: Double) {
        factor = acceleration
        self.extreme = extreme
        stop += factor * (extreme - stop)
    }

    public func fill(_ answers: inout Answers<Double>, from bars: CandleSource) {
        guard count == 0, answers.count > 1, bars.haveUsableRange(0..<2) else {
            return fillByUpdates(&answers, from: bars)
        }
        var first = self
        first.previous = bars[0]
        first.begin(with: bars[1])
        let second = first.isLong ? first.rise(bars[1]) : first.fall(bars[1])
        var kept = tradewind_parabolic(
            factor: first.factor, stop: first.stop, extreme: first.extreme, rises: first.isLong ? 1 : 0)
        let isDone = answers.putBlocks(
            from: 1, where: { bars.haveUsableRange($0) }, alwaysFinite: true
        ) { bar, length, out in
            let early = bar == 0 ? 2 : 0
            if bar == 0 { out[1] = second }
            tradewind_parabolic_stops(
                bars.high.from(bar + early), bars.low.from(bar + early), length - early, acceleration, most,
                &kept,
                out + early)
        }
        if !isDone { fillByUpdates(&answers, from: bars) }
    }

    public static let listing = Listing(
        "sar", "parabolic stop and reverse of Wilder",
        parameters: [
            .number("acceleration", 0.02, in: 0...10, "what the factor begins with and grows by"),
            .number("most", 0.2, in: 0...10, "the largest factor"),
        ],
        inputs: InputColumn.range, warmUp: "2",
        formula:
            "sar[1] + f (x − sar[1]), x the extreme since the last turn, f larger by "
            + "acceleration with each new extreme, at most most; never within the last two "
            + "bars; where the price meets it, it goes to x and turns", .taLib("SAR"))
    public init(_ chosen: Chosen) {
        self.init(acceleration: chosen["acceleration"], most: chosen["most"])
    }
}
