import CColumns

/// Bollinger's bands: some standard deviations about the mean.
public struct Bollinger: ListedIndicator {
    private var moments: RollingMoments
    private let factor: Double

    public init(period: Int, factor: Double) {
        moments = RollingMoments(count: period)
        self.factor = factor
    }

    public var warmUp: Int { moments.count }

    @inline(__always)
    public mutating func update(_ number: Double) -> Keltner.Value? {
        guard number.isUsable, moments.update(number) else { return nil }
        let middle = moments.mean
        let reach = factor * moments.variance().squareRoot()
        return Keltner.Value(upper: middle + reach, middle: middle, lower: middle - reach)
    }

    public func fill(_ answers: inout Answers<Keltner.Value>, from source: UnsafeBufferPointer<Double>) {
        guard moments.canTakeBlocks, answers.count > 0 else { return fillByUpdates(&answers, from: source) }
        var tape = MomentsTape(count: moments.count, first: source[0])
        let (stride, factor) = (answers.count, factor)
        let isDone = answers.putBlocks(
            from: moments.count - 1, where: { source.areUsable($0) }, alwaysFinite: true
        ) { bar, length, upper in
            let figures = tape.take(source, bar, length)
            let (middle, lower) = (upper + stride, upper + 2 &* stride)
            var place = 0
            while place < length {
                middle[place] = figures.mean(place)
                place &+= 1
            }
            figures.putVariances(length, into: upper)
            tradewind_take_roots(upper, length)
            place = 0
            while place < length {
                let (mean, reach) = (middle[place], factor * upper[place])
                upper[place] = mean + reach
                lower[place] = mean - reach
                place &+= 1
            }
        }
        if !isDone { fillByUpdates(&answers, from: source) }
    }

    public static let listing = Listing(
        "bollinger", "bands of so many deviations about the mean",
        parameters: [.period(20, from: 2), .number("factor", 2, in: 0...1000, "deviations to each side")],
        outputs: ["upper", "middle", "lower"], warmUp: "period",
        formula: "meanₙ(c) + factor · sdₙ(c), meanₙ(c), meanₙ(c) − factor · sdₙ(c)", .taLib("BBANDS"))
    public init(_ chosen: Chosen) { self.init(period: chosen.period, factor: chosen["factor"]) }
}
