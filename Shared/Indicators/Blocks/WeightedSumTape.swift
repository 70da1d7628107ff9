import CColumns

/// The weighted sums of the windows of a column, and the plain ones: what `RollingWeightedSum` says, the same bits.
struct WeightedSumTape: ~Copyable {
    private let tape: Tape
    private let count: Int
    private var now = tradewind_weighted_sums()
    private var fresh = tradewind_weighted_sums()
    private var place = 0
    private let plain = Tape()

    init(count: Int) {
        self.count = count
        tape = Tape(window: count)
    }

    /// Where the numbers of the block are to be put before they are summed.
    var numbers: UnsafeMutablePointer<Double> { tape.numbers }
    /// The plain sums of the block.
    var sums: UnsafePointer<Double> { UnsafePointer(plain.numbers) }

    /// Puts the weighted sums of what was put, and goes on to the next block.
    mutating func take(
        _ length: Int, dividedBy divisor: Double, into out: UnsafeMutablePointer<Double>
    ) {
        take(UnsafePointer(tape.numbers), length, dividedBy: divisor, into: out)
        tape.advance(by: length)
    }

    /// Sums a block of a column; all of its blocks are summed in this way.
    mutating func take(
        _ source: UnsafeBufferPointer<Double>, _ bar: Int, _ length: Int, dividedBy divisor: Double = 1,
        into out: UnsafeMutablePointer<Double>
    ) { take(tape.lend(source, bar, length), length, dividedBy: divisor, into: out) }

    private mutating func take(
        _ numbers: UnsafePointer<Double>, _ length: Int, dividedBy divisor: Double,
        into out: UnsafeMutablePointer<Double>
    ) {
        var bar = 0
        while bar < length {
            let rounds = place == 0 ? (length &- bar) / count : 0
            if rounds > 0 {
                tradewind_weighted_round_sums(
                    numbers + bar, count, rounds, &now, divisor, out + bar, plain.numbers + bar)
                bar &+= rounds &* count
            } else {
                let end = min(length, bar &+ (count &- place))
                takePart(numbers, bar..<end, dividedBy: divisor, into: out)
                bar = end
            }
        }
    }

    /// Sums bars of one round.
    private mutating func takePart(
        _ numbers: UnsafePointer<Double>, _ bars: Range<Int>, dividedBy divisor: Double,
        into out: UnsafeMutablePointer<Double>
    ) {
        let (sums, whole) = (plain.numbers, Double(count))
        var (now, fresh) = (now, fresh)
        for bar in bars {
            let number = numbers[bar]
            now.weighted += whole * number - now.plain
            now.plain += number - numbers[bar &- count]
            place &+= 1
            fresh.weighted += Double(place) * number
            fresh.plain += number
            (out[bar], sums[bar]) = (now.weighted / divisor, now.plain)
        }
        if place == count {
            (now, fresh, place) = (fresh, tradewind_weighted_sums(), 0)
            let last = bars.upperBound &- 1
            (out[last], sums[last]) = (now.weighted / divisor, now.plain)
        }
        (self.now, self.fresh) = (now, fresh)
    }
}
