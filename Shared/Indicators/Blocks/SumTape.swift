import CColumns

/// The sums of the windows of a column: what `RollingSum` says, the same bits, a block at a time.
struct SumTape: ~Copyable {
    private let tape: Tape
    private let count: Int
    private var sum = 0.0
    private var fresh = 0.0
    private var place = 0
    private var run = EqualRun()
    /// Of each bar of the block, what enters the window less what leaves it.
    private let changes = Tape()

    init(count: Int) {
        self.count = count
        tape = Tape(window: count)
    }

    /// Where the numbers of the block are to be put before they are summed.
    var numbers: UnsafeMutablePointer<Double> { tape.numbers }

    /// Sums what was put, and goes on to the next block.
    mutating func take(_ length: Int, into sums: UnsafeMutablePointer<Double>) {
        take(UnsafePointer(tape.numbers), length, into: sums) { $0 }
        tape.advance(by: length)
    }

    /// Puts the means. In short windows many sums are under way at a time, and dividing two by two would be what they wait for.
    mutating func takeMeans(_ length: Int, into means: UnsafeMutablePointer<Double>) {
        take(length, into: means)
        tradewind_divide_all(means, Double(count), length)
    }

    /// Sums a block of a column; all of its blocks are summed in this way.
    mutating func take(
        _ source: UnsafeBufferPointer<Double>, _ bar: Int, _ length: Int,
        into sums: UnsafeMutablePointer<Double>
    ) { take(tape.lend(source, bar, length), length, into: sums) { $0 } }

    mutating func takeMeans(
        _ source: UnsafeBufferPointer<Double>, _ bar: Int, _ length: Int,
        into means: UnsafeMutablePointer<Double>
    ) {
        let whole = Double(count)
        take(tape.lend(source, bar, length), length, into: means) { $0 / whole }
    }

    /// Puts what is made of the sums, of two at a time, which costs nothing while the next sum waits for the one before.
    @inline(__always)
    private mutating func take(
        _ numbers: UnsafePointer<Double>, _ length: Int, into out: UnsafeMutablePointer<Double>,
        _ made: (SIMD2<Double>) -> SIMD2<Double>
    ) {
        let (count, changes) = (count, changes.numbers)
        let equals = tradewind_turnover(numbers, count, length, changes)
        var bar = 0
        while bar < length {
            let begin = bar
            let end = min(length, bar &+ (count &- place))
            var (sum, fresh) = (sum, fresh)
            while bar &+ 1 < end {
                let first = sum + changes[bar]
                sum = first + changes[bar &+ 1]
                fresh = fresh + numbers[bar] + numbers[bar &+ 1]
                UnsafeMutableRawPointer(out + bar).storeBytes(
                    of: made(SIMD2(first, sum)), as: SIMD2<Double>.self)
                bar &+= 2
            }
            if bar < end {
                sum += changes[bar]
                fresh += numbers[bar]
                out[bar] = made(SIMD2(repeating: sum)).x
                bar &+= 1
            }
            place &+= end &- begin
            if place == count {
                (sum, fresh, place) = (fresh, 0, 0)
                out[bar &- 1] = made(SIMD2(repeating: sum)).x
            }
            (self.sum, self.fresh) = (sum, fresh)
        }
        run.take(numbers, length, equals: equals, ofAtLeast: count) {
            out[$0] = made(SIMD2(repeating: numbers[$0] * Double(count))).x
        }
    }
}

/// The weighted sums of the windows of a column, and the plain ones: what `RollingWeightedSum` says, the same bits.
struct WeightedSumTape: ~Copyable {
    private let tape: Tape
    private let count: Int
    private var sum = 0.0
    private var weighted = 0.0
    private var freshSum = 0.0
    private var freshWeighted = 0.0
    private var place = 0.0
    private let changes = Tape()

    init(count: Int) {
        self.count = count
        tape = Tape(window: count)
    }

    /// Where the numbers of the block are to be put before they are summed.
    var numbers: UnsafeMutablePointer<Double> { tape.numbers }

    /// Puts the weighted sums of what was put, and goes on to the next block.
    mutating func take(_ length: Int, into out: UnsafeMutablePointer<Double>) {
        take(UnsafePointer(tape.numbers), length, into: out, nil) { $0 }
        tape.advance(by: length)
    }

    /// Sums a block of a column; all of its blocks are summed in this way. The plain sums are put only if there is a place
    /// for them.
    mutating func take(
        _ source: UnsafeBufferPointer<Double>, _ bar: Int, _ length: Int,
        into out: UnsafeMutablePointer<Double>, sums: UnsafeMutablePointer<Double>? = nil
    ) { take(tape.lend(source, bar, length), length, into: out, sums) { $0 } }

    mutating func take(
        _ source: UnsafeBufferPointer<Double>, _ bar: Int, _ length: Int, dividedBy divisor: Double,
        into out: UnsafeMutablePointer<Double>
    ) { take(tape.lend(source, bar, length), length, into: out, nil) { $0 / divisor } }

    /// Two at a time, as in `SumTape`.
    @inline(__always)
    private mutating func take(
        _ numbers: UnsafePointer<Double>, _ length: Int, into out: UnsafeMutablePointer<Double>,
        _ sums: UnsafeMutablePointer<Double>?, _ made: (SIMD2<Double>) -> SIMD2<Double>
    ) {
        let (count, whole, changes) = (count, Double(count), changes.numbers)
        _ = tradewind_turnover(numbers, count, length, changes)
        var bar = 0
        while bar < length {
            let end = min(length, bar &+ (count &- Int(place)))
            var (sum, weighted, freshSum, freshWeighted) = (sum, weighted, freshSum, freshWeighted)
            var place = place
            while bar &+ 1 < end {
                let (one, two) = (numbers[bar], numbers[bar &+ 1])
                let first = weighted + (whole * one - sum)
                let between = sum + changes[bar]
                weighted = first + (whole * two - between)
                sum = between + changes[bar &+ 1]
                freshWeighted = freshWeighted + (place + 1) * one + (place + 2) * two
                freshSum = freshSum + one + two
                place += 2
                UnsafeMutableRawPointer(out + bar).storeBytes(
                    of: made(SIMD2(first, weighted)), as: SIMD2<Double>.self)
                if let sums { (sums[bar], sums[bar &+ 1]) = (between, sum) }
                bar &+= 2
            }
            if bar < end {
                let number = numbers[bar]
                weighted += whole * number - sum
                sum += changes[bar]
                place += 1
                freshWeighted += place * number
                freshSum += number
                out[bar] = made(SIMD2(repeating: weighted)).x
                if let sums { sums[bar] = sum }
                bar &+= 1
            }
            if place == whole {
                (sum, weighted) = (freshSum, freshWeighted)
                (freshSum, freshWeighted, place) = (0, 0, 0)
                out[bar &- 1] = made(SIMD2(repeating: weighted)).x
                if let sums { sums[bar &- 1] = sum }
            }
            (self.sum, self.weighted) = (sum, weighted)
            (self.freshSum, self.freshWeighted, self.place) = (freshSum, freshWeighted, place)
        }
    }
}
