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
    /// Goes through a column of inputs with a fresh copy of this indicator: the very updates that a bar-by-bar run
    /// makes, so the figures are the same.
    @inlinable @inline(__always)
    public func column(count: Int, input: (Int) -> Input) -> Column<Output> {
        var indicator = self
        var first = count
        var gaps: [Int] = []
        let numbers = [Double](unsafeUninitializedCapacity: count * Output.width) { buffer, filled in
            guard count > 0, let place = buffer.baseAddress else { return }
            func putNothing(_ bar: Int) {
                for index in 0..<Output.width { place[index * count + bar] = 0 }
            }
            var bar = 0
            while bar < count {
                if let output = indicator.update(input(bar)) {
                    first = bar
                    output.store(at: place + bar, stride: count)
                    bar += 1
                    break
                }
                putNothing(bar)
                bar += 1
            }
            while bar < count {
                if let output = indicator.update(input(bar)) {
                    output.store(at: place + bar, stride: count)
                } else {
                    putNothing(bar)
                    gaps.append(bar)
                }
                bar += 1
            }
            filled = count * Output.width
        }
        return Column(count: count, first: first, gaps: gaps, numbers: numbers)
    }

    /// The values over a series.
    @inlinable
    public func column(over series: [Double]) -> Column<Output> where Input == Double {
        series.withUnsafeBufferPointer { numbers in column(count: numbers.count) { numbers[$0] } }
    }

    /// The values over the bars of a table.
    @inlinable
    public func column(over candles: Candles) -> Column<Output> where Input == Candle {
        candles.withCandles { candle in column(count: candles.count, input: candle) }
    }

    /// The values over two series of the same length.
    @inlinable
    public func column(over first: [Double], _ second: [Double]) -> Column<Output> where Input == Pair {
        precondition(first.count == second.count, "two series of one length belong together")
        return first.withUnsafeBufferPointer { first in
            second.withUnsafeBufferPointer { second in
                column(count: first.count) { Pair(first[$0], second[$0]) }
            }
        }
    }
}
