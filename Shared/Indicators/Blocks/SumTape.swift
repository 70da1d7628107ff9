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
        let (count, numbers) = (count, tape.numbers)
        var bar = 0
        while bar < length {
            let begin = bar
            let end = min(length, bar &+ (count &- place))
            var (sum, fresh) = (sum, fresh)
            while bar < end {
                let number = numbers[bar]
                sum += number - numbers[bar &- count]
                fresh += number
                sums[bar] = sum
                bar &+= 1
            }
            place &+= end &- begin
            if place == count {
                (sum, fresh, place) = (fresh, 0, 0)
                sums[bar &- 1] = sum
            }
            (self.sum, self.fresh) = (sum, fresh)
        }
        run.take(numbers, length, ofAtLeast: count) { sums[$0] = numbers[$0] * Double(count) }
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
    @inline(__always)
    mutating func take(
        _ length: Int, into out: UnsafeMutablePointer<Double>, sums: UnsafeMutablePointer<Double>? = nil
    ) {
        let (count, numbers, whole) = (count, tape.numbers, Double(count))
        var bar = 0
        while bar < length {
            let end = min(length, bar &+ (count &- Int(place)))
            var (sum, weighted, freshSum, freshWeighted) = (sum, weighted, freshSum, freshWeighted)
            var place = place
            while bar < end {
                let number = numbers[bar]
                weighted += whole * number - sum
                sum += number - numbers[bar &- count]
                place += 1
                freshWeighted += place * number
                freshSum += number
                out[bar] = weighted
                if let sums { sums[bar] = sum }
                bar &+= 1
            }
            if place == whole {
                (sum, weighted) = (freshSum, freshWeighted)
                (freshSum, freshWeighted, place) = (0, 0, 0)
                out[bar &- 1] = weighted
                if let sums { sums[bar &- 1] = sum }
            }
            (self.sum, self.weighted) = (sum, weighted)
            (self.freshSum, self.freshWeighted, self.place) = (freshSum, freshWeighted, place)
        }
        tape.advance(by: length)
    }
}
