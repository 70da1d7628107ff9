/// The sums of which mean and variance of the windows of a column are made: what `RollingMoments` keeps, the same bits.
struct MomentsTape: ~Copyable {
    private let tape: Tape
    private let count: Int
    private var kept: Kept
    private var place = 0
    private var run = EqualRun()
    /// For each bar of the block: the shift, and the sums of distances from it and of their squares.
    private let shifts = Tape()
    private let sums = Tape()
    private let squares = Tape()

    /// What is carried from bar to bar, in the processor while a round lasts.
    private struct Kept {
        var shift: Double
        var sum = 0.0
        var squares = 0.0
        var freshShift: Double
        var freshSum = 0.0
        var freshSquares = 0.0

        mutating func renew(_ count: Int) {
            (sum, squares, shift) = (freshSum, freshSquares, freshShift)
            (freshSum, freshSquares, freshShift) = (0, 0, shift + sum / Double(count))
        }
    }

    /// `first` is the first number of all.
    init(count: Int, first: Double) {
        self.count = count
        tape = Tape(window: count, filledWith: first)
        kept = Kept(shift: first, freshShift: first)
    }

    var numbers: UnsafeMutablePointer<Double> { tape.numbers }

    /// Sums what was put, and goes on to the next block.
    mutating func take(_ length: Int) -> Figures {
        let (count, numbers) = (count, tape.numbers)
        let (shifts, sums, squares) = (shifts.numbers, sums.numbers, squares.numbers)
        var bar = 0
        while bar < length {
            let begin = bar
            let end = min(length, bar &+ (count &- place))
            var kept = kept
            while bar < end {
                let leaving = numbers[bar &- count] - kept.shift
                let entering = numbers[bar] - kept.shift
                kept.sum += entering - leaving
                kept.squares += entering * entering - leaving * leaving
                let distance = numbers[bar] - kept.freshShift
                kept.freshSum += distance
                kept.freshSquares += distance * distance
                (shifts[bar], sums[bar], squares[bar]) = (kept.shift, kept.sum, kept.squares)
                bar &+= 1
            }
            place &+= end &- begin
            if place == count {
                kept.renew(count)
                place = 0
                (shifts[bar &- 1], sums[bar &- 1], squares[bar &- 1]) = (kept.shift, kept.sum, kept.squares)
            }
            self.kept = kept
        }
        // Of equal numbers the variance is zero.
        run.take(numbers, length, ofAtLeast: count) { squares[$0] = -.infinity }
        tape.advance(by: length)
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

        /// The variance at a bar of the block.
        @inline(__always)
        func variance(_ bar: Int, takingDegrees degrees: Int = 0) -> Double {
            let spread = squares[bar] - sums[bar] * (sums[bar] / Double(count))
            return (spread > 0 ? spread : 0) / Double(count - degrees)
        }
    }
}
