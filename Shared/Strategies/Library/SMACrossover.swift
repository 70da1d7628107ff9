import CColumns
import Domain

/// Long while a fast moving average of the close lies above a slow one.
///
/// The averages are sums of integers and are compared without a division, so a crossing is decided exactly: where
/// both are equal nothing has crossed yet, and the side before the tie counts.
public struct SMACrossover: Strategy {
    public static let name = "sma-crossover"
    public static let summary =
        "buy when a fast moving average crosses above a slow one, sell when it crosses back"
    public static let rule = [
        "Buys when the mean of the last `fast` closes comes to lie above that of the last `slow` closes.",
        "Sells when it comes to lie below; with short=true it goes short there.",
        "Where both are equal the side before counts: they are compared in whole numbers.",
    ]
    public static let example = StrategyExample(["fast=10", "slow=30"])
    public static let parameters: [Parameter] = [
        .integer("fast", 1...5000, default: 50, "Bars of the fast average."),
        .integer("slow", 2...5000, default: 200, "Bars of the slow average, more than fast."),
        .flag("short", default: false, "Go short below, instead of out."),
    ]

    @usableFromInline let fast: Int
    @usableFromInline let slow: Int
    @usableFromInline let downStrength: Double
    @usableFromInline let states: Slots<State>
    /// `slow` closes for each instrument.
    @usableFromInline let closes: Slots<Int64>

    @usableFromInline struct State: BitwiseCopyable {
        @usableFromInline var fastSum: Int64 = 0
        @usableFromInline var slowSum: Int64 = 0
        /// Where the next close goes, and where the close stands that leaves the fast window.
        @usableFromInline var next = 0
        @usableFromInline var fastEnd: Int
        @usableFromInline var seen = 0
        /// Which average was above when they last differed.
        @usableFromInline var side: Int8 = 0

        init(fastEnd: Int) { self.fastEnd = fastEnd }
    }

    public init(_ arguments: Arguments, symbols: [Symbol]) throws(ParameterError) {
        fast = arguments.integer("fast")
        slow = arguments.integer("slow")
        guard fast < slow else {
            throw ParameterError("fast must be less than slow, but fast is \(fast) and slow is \(slow)")
        }
        downStrength = arguments.flag("short") ? -1 : 0
        states = Slots(repeating: State(fastEnd: slow - fast), count: symbols.count)
        closes = Slots(repeating: 0, count: symbols.count * slow)
    }

    public var warmUp: Int { slow }

    @inlinable public mutating func onBar(
        _ bar: Bar, of instrument: Int, at now: Timestamp, _ opinions: inout Opinions
    ) {
        let side = advance(&states[instrument], instrument * slow, bar.close.units)
        if side != 0 { cross(side, instrument, &opinions) }
    }

    /// The same for bars in a row, with the state of the instrument at hand instead of in memory.
    @inlinable public mutating func onBars(
        _ bars: BarRun, of instrument: Int, _ opinions: inout Opinions
    ) -> Int {
        var state = states[instrument]
        var count = 0
        var side: Int8 = 0
        while count < bars.count, side == 0 {
            if state.seen < slow - 1 {
                fill(&state, instrument, bars, &count)
            } else {
                side = advance(&state, instrument, bars, &count)
            }
        }
        states[instrument] = state
        if side != 0 { cross(side, instrument, &opinions) }
        return count
    }

    /// Takes closes up to where one of the two windows begins anew, or is filled: nobody asks where the averages are.
    @usableFromInline @inline(never)
    func fill(_ state: inout State, _ instrument: Int, _ bars: BarRun, _ count: inout Int) {
        let window = closes.row(instrument * slow..<(instrument + 1) * slow)
        let length = min(
            bars.count - count, slow - max(state.next, state.fastEnd), slow - 1 - state.seen)
        var (fastSum, slowSum) = (state.fastSum, state.slowSum)
        for step in 0..<length {
            let close = bars.close[count + step]
            slowSum += close
            fastSum += close - window[state.fastEnd + step]
            window[state.next + step] = close
        }
        count += length
        state.seen += length
        state.fastSum = fastSum
        state.slowSum = slowSum
        move(&state, by: length)
    }

    /// Takes closes up to where one of the two windows begins anew, or the averages cross. On the way there is nothing to
    /// ask of the places in the window, and while the averages are apart they are compared eight bars at a time.
    @usableFromInline @inline(never)
    func advance(_ state: inout State, _ instrument: Int, _ bars: BarRun, _ count: inout Int) -> Int8 {
        let window = closes.row(instrument * slow..<(instrument + 1) * slow)
        let length = min(bars.count - count, slow - max(state.next, state.fastEnd))
        let (first, next, fastEnd) = (count, state.next, state.fastEnd)
        let (fastLength, slowLength) = (Int64(fast), Int64(slow))
        var (fastSum, slowSum, side) = (state.fastSum, state.slowSum, state.side)
        var step = 0
        var crossed: Int8 = 0
        while step < length, crossed == 0 {
            var sums = tradewind_two_sums(few: fastSum, all: slowSum)
            // Below zero where the fast average lies below: then the same question tells that it still does.
            step += tradewind_sums_apart(
                bars.close + first + step, length - step, window + next + step, window + fastEnd + step,
                slowLength * Int64(side), fastLength * Int64(side), &sums)
            (fastSum, slowSum) = (sums.few, sums.all)
            // Of these it was not sure.
            let few = min(step + 8, length)
            while step < few, crossed == 0 {
                let close = bars.close[first &+ step]
                slowSum += close - window[next &+ step]
                fastSum += close - window[fastEnd &+ step]
                window[next &+ step] = close
                step &+= 1
                let now = SMACrossover.side(fastSum, fastLength, slowSum, slowLength)
                if now == side || now == 0 { continue }
                crossed = side == 0 ? 0 : now
                side = now
            }
        }
        count += step
        state.fastSum = fastSum
        state.slowSum = slowSum
        state.side = side
        move(&state, by: step)
        return crossed
    }

    /// Moves both places of a window on, which begins anew behind its end.
    private func move(_ state: inout State, by steps: Int) {
        state.next = state.next + steps == slow ? 0 : state.next + steps
        state.fastEnd = state.fastEnd + steps == slow ? 0 : state.fastEnd + steps
    }

    /// Which average is above: fastSum / fast against slowSum / slow, in 128 bits.
    @inlinable @inline(__always)
    static func side(_ fastSum: Int64, _ fast: Int64, _ slowSum: Int64, _ slow: Int64) -> Int8 {
        let left = fastSum.multipliedFullWidth(by: slow)
        let right = slowSum.multipliedFullWidth(by: fast)
        return left == right ? 0 : left > right ? 1 : -1
    }

    /// Takes a close, and tells whether the averages have crossed: 1 upwards, -1 downwards, 0 not at all.
    @inlinable @inline(__always)
    func advance(_ state: inout State, _ window: Int, _ close: Int64) -> Int8 {
        // The window is zero until it is filled, so what leaves it needs no question.
        state.slowSum += close - closes[window + state.next]
        state.fastSum += close - closes[window + state.fastEnd]
        closes[window + state.next] = close
        state.next += 1
        if state.next == slow { state.next = 0 }
        state.fastEnd += 1
        if state.fastEnd == slow { state.fastEnd = 0 }
        if state.seen < slow - 1 {
            state.seen += 1
            return 0
        }
        let side = SMACrossover.side(state.fastSum, Int64(fast), state.slowSum, Int64(slow))
        let before = state.side
        if side == 0 || side == before { return 0 }
        state.side = side
        // Where the averages stand when both are first known is no crossing.
        return before == 0 ? 0 : side
    }

    @usableFromInline @inline(never)
    func cross(_ side: Int8, _ instrument: Int, _ opinions: inout Opinions) {
        // A literal is a text that nobody counts or frees, however often it is handed on.
        if side > 0 {
            opinions.say(
                1, of: instrument, inWords: "the fast average crossed above the slow one", figures(instrument)
            )
        } else {
            opinions.say(
                downStrength, of: instrument, inWords: "the fast average crossed below the slow one",
                figures(instrument))
        }
    }

    private func figures(_ instrument: Int) -> [Figure] {
        let state = states[instrument]
        return [
            Figure(name: "fast", value: Double(state.fastSum) / Double(fast) / Double(Price.scale)),
            Figure(name: "slow", value: Double(state.slowSum) / Double(slow) / Double(Price.scale)),
        ]
    }
}
