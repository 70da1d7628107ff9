import CColumns

/// The sums of the windows of a column: what `RollingSum` says, the same bits, a block at a time.
struct SumTape: ~Copyable {
    private let tape: Tape
    private let count: Int
    private var sum = 0.0
    private var fresh = 0.0
    private var place = 0
    private var run = EqualRun()

    init(count: Int) {
        self.count = count
        tape = Tape(window: count)
    }

    /// Where the numbers of the block are to be put before they are summed.
    var numbers: UnsafeMutablePointer<Double> { tape.numbers }

    /// Sums what was put, and goes on to the next block.
    mutating func take(_ length: Int, into sums: UnsafeMutablePointer<Double>) {
        take(UnsafePointer(tape.numbers), length, dividedBy: 1, into: sums)
        tape.advance(by: length)
    }

    mutating func takeMeans(_ length: Int, into means: UnsafeMutablePointer<Double>) {
        take(UnsafePointer(tape.numbers), length, dividedBy: Double(count), into: means)
        tape.advance(by: length)
    }

    /// Sums a block of a column; all of its blocks are summed in this way.
    mutating func take(
        _ source: UnsafeBufferPointer<Double>, _ bar: Int, _ length: Int,
        into sums: UnsafeMutablePointer<Double>
    ) { take(tape.lend(source, bar, length), length, dividedBy: 1, into: sums) }

    mutating func takeMeans(
        _ source: UnsafeBufferPointer<Double>, _ bar: Int, _ length: Int,
        into means: UnsafeMutablePointer<Double>
    ) { take(tape.lend(source, bar, length), length, dividedBy: Double(count), into: means) }

    private mutating func take(
        _ numbers: UnsafePointer<Double>, _ length: Int, dividedBy divisor: Double,
        into out: UnsafeMutablePointer<Double>
    ) {
        var bar = 0
        while bar < length {
            let rounds = place == 0 ? (length &- bar) / count : 0
            if rounds > 0 {
                sum = tradewind_round_sums(numbers + bar, count, rounds, sum, divisor, out + bar)
                bar &+= rounds &* count
            } else {
                let end = min(length, bar &+ (count &- place))
                takePart(numbers, bar..<end, dividedBy: divisor, into: out)
                bar = end
            }
        }
        let equals = tradewind_equals(numbers, length)
        run.take(numbers, length, equals: equals, ofAtLeast: count) {
            out[$0] = numbers[$0] * Double(count) / divisor
        }
    }

    /// Sums bars of one round.
    private mutating func takePart(
        _ numbers: UnsafePointer<Double>, _ bars: Range<Int>, dividedBy divisor: Double,
        into out: UnsafeMutablePointer<Double>
    ) {
        var (sum, fresh) = (sum, fresh)
        for bar in bars {
            sum += numbers[bar] - numbers[bar &- count]
            fresh += numbers[bar]
            out[bar] = sum / divisor
        }
        place &+= bars.count
        if place == count {
            (sum, fresh, place) = (fresh, 0, 0)
            out[bars.upperBound &- 1] = sum / divisor
        }
        (self.sum, self.fresh) = (sum, fresh)
    }
}
