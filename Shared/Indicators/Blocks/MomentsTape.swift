import CColumns

/// The sums of which mean and variance of the windows of a column are made: what `RollingMoments` keeps, the same bits.
struct MomentsTape: ~Copyable {
    private let tape: Tape
    private let count: Int
    private var kept: tradewind_moments
    private var place = 0
    private var run = EqualRun()
    /// For each bar of the block: the shift, and the sums of distances from it and of their squares.
    private let shifts = Tape()
    private let sums = Tape()
    private let squares = Tape()

    /// `first` is the first number of all.
    init(count: Int, first: Double) {
        self.count = count
        tape = Tape(window: count, filledWith: first)
        kept = tradewind_moments(beginningAt: first)
    }

    /// Sums a block of a column.
    mutating func take(_ source: UnsafeBufferPointer<Double>, _ bar: Int, _ length: Int) -> Figures {
        let (count, numbers) = (count, tape.lend(source, bar, length))
        let (shifts, sums, squares) = (shifts.numbers, sums.numbers, squares.numbers)
        var bar = 0
        while bar < length {
            let part = min(length &- bar, count &- place)
            (shifts + bar).update(repeating: kept.shift, count: part)
            tradewind_moments_take(&kept, numbers + bar, count, part, sums + bar, squares + bar)
            bar &+= part
            place &+= part
            if place == count {
                kept.renew(count)
                place = 0
                (shifts[bar &- 1], sums[bar &- 1], squares[bar &- 1]) = (kept.shift, kept.sum, kept.squares)
            }
        }
        // Of equal numbers the variance is zero.
        let equals = tradewind_equals(numbers, length)
        run.take(numbers, length, equals: equals, ofAtLeast: count) { squares[$0] = -.infinity }
        return Figures(
            shifts: UnsafePointer(shifts), sums: UnsafePointer(sums), squares: UnsafePointer(squares),
            count: count)
    }

    /// The figures of a block, by their places alone: a loop does not have to ask after each number that it puts whether
    /// the places are still the same.
    struct Figures {
        fileprivate let shifts: UnsafePointer<Double>
        fileprivate let sums: UnsafePointer<Double>
        fileprivate let squares: UnsafePointer<Double>
        fileprivate let count: Int

        /// The mean at a bar of the block.
        @inline(__always)
        func mean(_ bar: Int) -> Double { shifts[bar] + sums[bar] / Double(count) }

        /// Puts the variance at each bar of the block.
        func putVariances(
            _ length: Int, takingDegrees degrees: Int = 0, into out: UnsafeMutablePointer<Double>
        ) { tradewind_variances(sums, squares, Double(count), Double(count - degrees), length, out) }
    }
}

extension tradewind_moments {
    init(beginningAt first: Double) {
        self.init(shift: first, sum: 0, squares: 0, fresh_shift: first, fresh_sum: 0, fresh_squares: 0)
    }

    mutating func renew(_ count: Int) {
        (sum, squares, shift) = (fresh_sum, fresh_squares, fresh_shift)
        (fresh_sum, fresh_squares, fresh_shift) = (0, 0, shift + sum / Double(count))
    }
}
