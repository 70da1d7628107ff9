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
        take(length, into: sums) { $0 }
    }

    /// Puts the means.
    mutating func takeMeans(_ length: Int, into means: UnsafeMutablePointer<Double>) {
        let whole = Double(count)
        take(length, into: means) { $0 / whole }
    }

    /// Puts what is made of the sums, of two at a time, which costs nothing while the next sum waits for the one before.
    @inline(__always)
    private mutating func take(
        _ length: Int, into out: UnsafeMutablePointer<Double>, _ made: (SIMD2<Double>) -> SIMD2<Double>
    ) {
        let (count, numbers) = (count, tape.numbers)
        var bar = 0
        while bar < length {
            let begin = bar
            let end = min(length, bar &+ (count &- place))
            var (sum, fresh) = (sum, fresh)
            while bar &+ 1 < end {
                let (one, two) = (numbers[bar], numbers[bar &+ 1])
                let first = sum + (one - numbers[bar &- count])
                sum = first + (two - numbers[bar &+ 1 &- count])
                fresh = fresh + one + two
                UnsafeMutableRawPointer(out + bar).storeBytes(
                    of: made(SIMD2(first, sum)), as: SIMD2<Double>.self)
                bar &+= 2
            }
            if bar < end {
                sum += numbers[bar] - numbers[bar &- count]
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
        run.take(numbers, length, ofAtLeast: count) {
            out[$0] = made(SIMD2(repeating: numbers[$0] * Double(count))).x
        }
        tape.advance(by: length)
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

    init(count: Int) {
        self.count = count
        tape = Tape(window: count)
    }

    var numbers: UnsafeMutablePointer<Double> { tape.numbers }

    /// Sums what was put, and goes on to the next block. The plain sums are put only if there is a place for them.
    mutating func take(
        _ length: Int, into out: UnsafeMutablePointer<Double>, sums: UnsafeMutablePointer<Double>
    ) { take(length, into: out, sums) { $0 } }

    /// Puts the weighted sums divided by a number.
    mutating func take(
        _ length: Int, dividedBy divisor: Double, into out: UnsafeMutablePointer<Double>
    ) { take(length, into: out, nil) { $0 / divisor } }

    /// Two at a time, as in `SumTape`.
    @inline(__always)
    private mutating func take(
        _ length: Int, into out: UnsafeMutablePointer<Double>, _ sums: UnsafeMutablePointer<Double>?,
        _ made: (SIMD2<Double>) -> SIMD2<Double>
    ) {
        let (count, numbers, whole) = (count, tape.numbers, Double(count))
        var bar = 0
        while bar < length {
            let end = min(length, bar &+ (count &- Int(place)))
            var (sum, weighted, freshSum, freshWeighted) = (sum, weighted, freshSum, freshWeighted)
            var place = place
            while bar &+ 1 < end {
                let (one, two) = (numbers[bar], numbers[bar &+ 1])
                let first = weighted + (whole * one - sum)
                let between = sum + (one - numbers[bar &- count])
                weighted = first + (whole * two - between)
                sum = between + (two - numbers[bar &+ 1 &- count])
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
                sum += number - numbers[bar &- count]
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
        tape.advance(by: length)
    }
}
