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

    /// The bars up to a place of the block.
    @inline(__always)
    func bars(of source: CandleSource, _ bar: Int, _ place: Int) -> PatternBars {
        PatternBars(
            now: one(source, bar, place), before: one(source, bar, place &- 1),
            second: one(source, bar, place &- 2), third: one(source, bar, place &- 3))
    }

    @inline(__always)
    private func one(_ source: CandleSource, _ bar: Int, _ place: Int) -> PatternBars.Bar {
        PatternBars.Bar(
            open: source.open.from(bar)[place], high: source.high.from(bar)[place],
            low: source.low.from(bar)[place], close: source.close.from(bar)[place],
            usualBody: bodies.mean(before: place), usualRange: ranges.mean(before: place),
            usualRangeOfFive: rangesOfFive.mean(before: place))
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
        let (numbers, means, divisor) = (sums.numbers, means.numbers, Double(count))
        var place = 0
        while place < length {
            numbers[place] = size(place)
            place &+= 1
        }
        sums.take(length, into: means)
        let early = max(0, min(count &- 1 &- bar, length))
        means.update(repeating: 0, count: early)
        place = early
        while place < length {
            means[place] /= divisor
            place &+= 1
        }
    }

    @inline(__always)
    func mean(before place: Int) -> Double { means.numbers[place &- 1] }
}
