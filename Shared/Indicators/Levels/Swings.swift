/// Whether the bar so many bars ago was a swing: a high above, or a low below, all of the bars to its left and to its
/// right. It is told when the bars to its right are known, and not before: 1 where there was one, else 0.
public struct Swings: ListedIndicator {
    private var bars: SwingWindow

    public init(left: Int, right: Int) { bars = SwingWindow(left: left, right: right) }

    public var warmUp: Int { bars.count }

    public struct Value: Numbers {
        public var high: Double
        public var low: Double
    }

    @inline(__always)
    public mutating func update(_ candle: Candle) -> Value? {
        guard candle.hasUsableRange, let swing = bars.update(candle) else { return nil }
        return Value(high: swing.high == nil ? 0 : 1, low: swing.low == nil ? 0 : 1)
    }

    public func fill(_ answers: inout Answers<Value>, from source: CandleSource) {
        guard let (left, right) = bars.sidesOfBlocks else { return fillByUpdates(&answers, from: source) }
        let (around, stride) = (left + right, answers.count)
        let isDone = answers.putBlocks(
            from: around, where: { source.haveUsableRange($0) }, alwaysFinite: true
        ) { bar, length, out in
            let early = max(0, min(around &- bar, length))
            let (from, length) = (bar &+ early, length &- early)
            mark(source.high.from(from), length, out + early, left, right) { $0 > $1 }
            mark(source.low.from(from), length, out + early + stride, left, right) { $0 < $1 }
        }
        if !isDone { fillByUpdates(&answers, from: source) }
    }

    /// Puts 1 for each number, `right` bars late, that is beyond all others around it, else 0.
    @inline(__always)
    private func mark(
        _ numbers: UnsafePointer<Double>, _ length: Int, _ out: UnsafeMutablePointer<Double>, _ left: Int,
        _ right: Int, _ isBeyond: (Double, Double) -> Bool
    ) {
        out.update(repeating: 1, count: length)
        let middles = numbers - right
        for distance in 1...max(left, right) {
            let (before, after) = (middles - min(distance, left), middles + min(distance, right))
            var place = 0
            while place < length {
                let (middle, mark) = (middles[place], out[place])
                out[place] = isBeyond(middle, before[place]) .& isBeyond(middle, after[place]) ? mark : 0
                place &+= 1
            }
        }
    }

    public static let listing = Listing(
        "swings", "swing highs and lows, told when they are known",
        parameters: [
            .whole("left", 2, in: 1...1000, "bars before the swing"),
            .whole("right", 2, in: 1...1000, "bars after it"),
        ],
        inputs: InputColumn.range, outputs: ["high", "low"], warmUp: "left + right + 1",
        formula:
            "1 where h[right] is above each other h[0] … h[left + right], else 0; likewise l "
            + "below",
        .taLib("FRACTAL", remark: "1 for 100"))
    public init(_ chosen: Chosen) {
        self.init(left: chosen.whole("left"), right: chosen.whole("right"))
    }
}
