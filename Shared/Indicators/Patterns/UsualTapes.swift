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
        if sizes.contains(.body) { bodies.take(bar, length) { (close[$0] - open[$0]).magnitude } }
        if sizes.contains(.range) { ranges.take(bar, length) { high[$0] - low[$0] } }
        if sizes.contains(.rangeOfFive) { rangesOfFive.take(bar, length) { high[$0] - low[$0] } }
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
    mutating func take(_ bar: Int, _ length: Int, _ size: (Int) -> Double) {
        means.advance(by: taken)
        taken = length
        let (numbers, means) = (sums.numbers, means.numbers)
        var place = 0
        while place < length {
            numbers[place] = size(place)
            place &+= 1
        }
        sums.takeMeans(length, into: means)
        let early = max(0, min(count &- 1 &- bar, length))
        means.update(repeating: 0, count: early)
    }

    /// The means before each bar of the block.
    var before: UnsafePointer<Double> { UnsafePointer(means.numbers - 1) }
}
