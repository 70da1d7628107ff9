import CColumns

/// The largest or smallest numbers of the windows of a column: what `RollingMaximum` and `RollingMinimum` say.
///
/// From the largest of one number those of four, of sixteen and so on are made, each from four of the row before (or of
/// two from two), and the window's from two that overlap: several bars at a time, and no bar waits for the one before it.
struct ExtremeTape: ~Copyable {
    private let tape: Tape
    private let one: Tape
    private let other: Tape
    private let count: Int

    init(count: Int) {
        self.count = count
        tape = Tape(window: count)
        one = Tape(window: count)
        other = Tape(window: count)
    }

    /// Puts the largest of the windows that end in the block, and goes on to the next one; false if indicators do not take
    /// all of its numbers.
    func takeLargest(
        _ source: UnsafePointer<Double>, _ length: Int, into out: UnsafeMutablePointer<Double>
    ) -> Bool {
        let refused = tradewind_largest(source, count, length, tape.numbers, one.numbers, other.numbers, out)
        tape.advance(by: length)
        return refused == 0
    }

    func takeSmallest(
        _ source: UnsafePointer<Double>, _ length: Int, into out: UnsafeMutablePointer<Double>
    ) -> Bool {
        let refused = tradewind_smallest(source, count, length, tape.numbers, one.numbers, other.numbers, out)
        tape.advance(by: length)
        return refused == 0
    }
}
