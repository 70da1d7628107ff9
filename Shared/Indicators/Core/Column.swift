/// What an indicator said at each bar of a column. Bars without a value are remembered as such: there is no number
/// that stands for nothing.
public struct Column<Output: IndicatorOutput>: Sendable {
    public let count: Int
    /// The first bar with a value, or the count if there is none.
    public let first: Int
    /// Bars after the first value that have none, in order; hardly ever any.
    public let gaps: [Int]
    /// All first numbers, then all second ones, and so on; zero where there is no value.
    @usableFromInline let numbers: [Double]

    @usableFromInline
    init(count: Int, first: Int, gaps: [Int], numbers: [Double]) {
        self.count = count
        self.first = first
        self.gaps = gaps
        self.numbers = numbers
    }

    /// The value at a bar, if there is one.
    @inlinable
    public subscript(bar: Int) -> Output? {
        precondition(bar >= 0 && bar < count, "bar \(bar) of a column of \(count)")
        guard hasValue(at: bar) else { return nil }
        return numbers.withUnsafeBufferPointer { Output.load(from: $0.baseAddress! + bar, stride: count) }
    }

    /// Whether there is a value at a bar.
    @inlinable
    public func hasValue(at bar: Int) -> Bool { bar >= first && (gaps.isEmpty || !isGap(bar)) }

    @usableFromInline
    func isGap(_ bar: Int) -> Bool {
        var (low, high) = (0, gaps.count)
        while low < high {
            let middle = (low + high) / 2
            if gaps[middle] < bar { low = middle + 1 } else { high = middle }
        }
        return low < gaps.count && gaps[low] == bar
    }

    /// One number of each value; nothing where there is none.
    public func series(_ index: Int = 0) -> [Double?] {
        precondition(index >= 0 && index < Output.width, "a value has \(Output.width) numbers")
        return (0..<count).map { hasValue(at: $0) ? numbers[index * count + $0] : nil }
    }
}

extension Indicator {
    /// The values over a series.
    public func column(over series: [Double]) -> Column<Output> where Input == Double {
        series.withUnsafeBufferPointer { column(over: $0) }
    }

    /// The values over the bars of a table.
    public func column(over candles: Candles) -> Column<Output> where Input == Candle {
        candles.withSource { column(over: $0) }
    }

    /// The values over two series of the same length.
    public func column(over first: [Double], _ second: [Double]) -> Column<Output> where Input == Pair {
        first.withUnsafeBufferPointer { first in
            second.withUnsafeBufferPointer { second in
                column(over: PairSource(first: first, second: second))
            }
        }
    }

    /// The values over columns that somebody lends, such as those of a mapped file.
    ///
    /// Never made anew for a type by another module, where the updates are calls: `fill` is asked for through the
    /// protocol, and what answers was made in the module of the indicator, with the updates in its loop.
    @inline(never) @_semantics("optimize.sil.specialize.generic.never")
    public func column(over source: Input.Source) -> Column<Output> {
        let count = source.count
        var (first, gaps) = (count, [Int]())
        let numbers = [Double](unsafeUninitializedCapacity: count * Output.width) { buffer, filled in
            guard count > 0, let place = buffer.baseAddress else { return }
            askForLargePages(place, bytes: count * Output.width * MemoryLayout<Double>.size)
            var answers = Answers<Output>(at: place, count: count)
            fill(&answers, from: source)
            (first, gaps) = (answers.first, answers.gaps)
            filled = count * Output.width
        }
        return Column(count: count, first: first, gaps: gaps, numbers: numbers)
    }
}
