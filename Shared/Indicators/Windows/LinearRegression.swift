/// The straight line through the numbers of a window: where it ends, its slope a bar, and the part of the variance that
/// it explains (0 where all are equal).
public struct LinearRegression: ListedIndicator {
    private var sums: RollingWeightedSum
    private var moments: RollingMoments

    public init(period: Int) {
        precondition(period >= 2, "a line takes at least 2 points, not \(period)")
        sums = RollingWeightedSum(count: period)
        moments = RollingMoments(count: period)
    }

    public var warmUp: Int { moments.count }

    public struct Value: Numbers {
        public var end: Double
        public var slope: Double
        public var explained: Double
    }

    @inline(__always)
    public mutating func update(_ number: Double) -> Value? {
        guard number.isUsable else { return nil }
        let isFull = sums.update(number)
        guard moments.update(number), isFull else { return nil }
        return LinearRegression.value(
            weighted: sums.weighted, sum: sums.sum, mean: moments.mean, variance: moments.variance(),
            Double(moments.count))
    }

    @inline(__always)
    private static func value(
        weighted: Double, sum: Double, mean: Double, variance: Double, _ count: Double
    ) -> Value {
        // Bars are counted from 1; these are the sums of the squares of their distances from their mean.
        let spread = count * (count * count - 1) / 12
        let slope = variance > 0 ? (weighted - sum * ((count + 1) / 2)) / spread : 0
        let explained = slope * slope * (spread / (count * variance))
        return Value(
            end: mean + slope * (count - 1) / 2, slope: slope,
            explained: variance > 0 ? (explained < 1 ? explained : 1) : 0)
    }

    public func fill(_ answers: inout Answers<Value>, from source: UnsafeBufferPointer<Double>) {
        guard moments.canTakeBlocks, answers.count > 0 else { return fillByUpdates(&answers, from: source) }
        var tape = MomentsTape(count: moments.count, first: source[0])
        var weighted = WeightedSumTape(count: moments.count)
        let (count, stride) = (moments.count, answers.count)
        let variances = Tape()
        let isDone = answers.putBlocks(
            from: count - 1, of: shortBlock, where: { source.areUsable($0) }, alwaysFinite: true
        ) { bar, length, ends in
            let figures = tape.take(source, bar, length)
            let variances = variances.numbers
            figures.putVariances(length, into: variances)
            weighted.take(source, bar, length, into: ends)
            let plain = weighted.sums
            let (slopes, explained) = (ends + stride, ends + 2 &* stride)
            var place = 0
            while place < length {
                let value = LinearRegression.value(
                    weighted: ends[place], sum: plain[place], mean: figures.mean(place),
                    variance: variances[place], Double(count))
                ends[place] = value.end
                slopes[place] = value.slope
                explained[place] = value.explained
                place &+= 1
            }
        }
        if !isDone { fillByUpdates(&answers, from: source) }
    }

    public static let listing = Listing(
        "linreg", "straight line through the window: its end, slope and R²",
        parameters: [.period(14, from: 2)],
        outputs: ["end", "slope", "r_squared"], warmUp: "period",
        formula:
            "a + b (n − 1), b, corrₙ(c, t)²; a + b t the line of least squares through c, t "
            + "from 0 to n − 1",
        .taLib("LINEARREG, LINEARREG_SLOPE", remark: "R² by its formula, 0 where all are equal"))
    public init(_ chosen: Chosen) { self.init(period: chosen.period) }
}
