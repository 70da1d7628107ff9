import CColumns

/// What was usual before each bar of a block: what `PatternWindow` keeps, the same bits, as far as a pattern asks for it.
struct UsualTapes: ~Copyable {
    private let sizes: UsualSizes
    private var bodies = MeanTape(count: 10)
    private var ranges = MeanTape(count: 10)
    private var rangesOfFive = MeanTape(count: 5)

    init(_ sizes: UsualSizes) { self.sizes = sizes }

    @inline(__always)
    mutating func take(_ source: CandleSource, _ bar: Int, _ length: Int) {
        let (open, close) = (source.open.from(bar), source.close.from(bar))
        let (high, low) = (source.high.from(bar), source.low.from(bar))
        if sizes.contains(.body) { bodies.take(bar, length) { tradewind_sizes(close, open, length, $0) } }
        if sizes.contains(.range) {
            ranges.take(bar, length) { tradewind_differences(high, low, length, $0) }
        }
        if sizes.contains(.rangeOfFive) {
            rangesOfFive.take(bar, length) { tradewind_differences(high, low, length, $0) }
        }
    }

    /// The bars of a block beside what was usual, by their places alone, as in `MomentsTape`.
    @inline(__always)
    func bars(of source: CandleSource, _ bar: Int) -> Bars {
        Bars(
            open: source.open.from(bar), high: source.high.from(bar), low: source.low.from(bar),
            close: source.close.from(bar), bodies: bodies.before, ranges: ranges.before,
            rangesOfFive: rangesOfFive.before)
    }

    struct Bars {
        /// For what does not look at what was usual.
        @inline(__always)
        init(withoutUsual source: CandleSource, _ bar: Int) {
            let close = source.close.from(bar)
            self.init(
                open: source.open.from(bar), high: source.high.from(bar), low: source.low.from(bar),
                close: close, bodies: close, ranges: close, rangesOfFive: close)
        }

        @inline(__always)
        fileprivate init(
            open: UnsafePointer<Double>, high: UnsafePointer<Double>, low: UnsafePointer<Double>,
            close: UnsafePointer<Double>, bodies: UnsafePointer<Double>, ranges: UnsafePointer<Double>,
            rangesOfFive: UnsafePointer<Double>
        ) {
            (self.open, self.high, self.low, self.close) = (open, high, low, close)
            (self.bodies, self.ranges, self.rangesOfFive) = (bodies, ranges, rangesOfFive)
        }

        fileprivate let open: UnsafePointer<Double>
        fileprivate let high: UnsafePointer<Double>
        fileprivate let low: UnsafePointer<Double>
        fileprivate let close: UnsafePointer<Double>
        fileprivate let bodies: UnsafePointer<Double>
        fileprivate let ranges: UnsafePointer<Double>
        fileprivate let rangesOfFive: UnsafePointer<Double>

        /// The bars up to a place of the block.
        @inline(__always)
        subscript(place: Int) -> PatternBars {
            PatternBars(
                now: bar(place), before: bar(place &- 1), second: bar(place &- 2), third: bar(place &- 3))
        }

        @inline(__always)
        private func bar(_ place: Int) -> PatternBars.Bar {
            PatternBars.Bar(
                open: open[place], high: high[place], low: low[place], close: close[place],
                usualBody: bodies[place], usualRange: ranges[place], usualRangeOfFive: rangesOfFive[place])
        }
    }
}

/// The means of a size over so many bars before each one; zero where there were fewer.
struct MeanTape: ~Copyable {
    private let count: Int
    private var sums: SumTape
    /// Of the bars up to each one of the block, and up to each of the four before it.
    private let means = Tape(window: 4)
    private var taken = 0

    init(count: Int) {
        self.count = count
        sums = SumTape(count: count)
    }

    @inline(__always)
    mutating func take(_ bar: Int, _ length: Int, _ putSizes: (UnsafeMutablePointer<Double>) -> Void) {
        means.advance(by: taken)
        taken = length
        let means = means.numbers
        putSizes(sums.numbers)
        sums.takeMeans(length, into: means)
        let early = max(0, min(count &- 1 &- bar, length))
        means.update(repeating: 0, count: early)
    }

    /// The means before each bar of the block.
    var before: UnsafePointer<Double> { UnsafePointer(means.numbers - 1) }
}

extension PatternBars.Bar {
    /// Works out what was usual before a bar of a column, from the column alone.
    @inline(never)
    mutating func setUsual(_ sizes: UsualSizes, _ source: CandleSource, _ bar: Int) {
        let range: (Int) -> Double = { source.high[$0] - source.low[$0] }
        if sizes.contains(.body) {
            usualBody =
                RollingSum.sum(before: bar, of: 10) { (source.close[$0] - source.open[$0]).magnitude } / 10
        }
        if sizes.contains(.range) { usualRange = RollingSum.sum(before: bar, of: 10, range) / 10 }
        if sizes.contains(.rangeOfFive) { usualRangeOfFive = RollingSum.sum(before: bar, of: 5, range) / 5 }
    }
}

extension RollingSum {
    /// What it says after the bar before a bar, the same bits, and zero where it says nothing: it depends on the round that
    /// it is in and on the one before.
    @inline(__always)
    static func sum(before bar: Int, of count: Int, _ number: (Int) -> Double) -> Double {
        let begin = bar - bar % count
        guard begin > 0 else { return 0 }
        let last = number(bar - 1)
        if (bar - count..<bar).allSatisfy({ number($0) == last }) { return last * Double(count) }
        var sum = 0.0
        for place in begin - count..<begin { sum += number(place) }
        for place in begin..<bar { sum += number(place) - number(place - count) }
        return sum
    }
}
