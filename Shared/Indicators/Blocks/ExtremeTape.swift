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

    /// Puts the extremes of the windows that end in the block, and goes on to the next one.
    @inline(__always)
    func take(
        _ source: UnsafePointer<Double>, _ length: Int, into out: UnsafeMutablePointer<Double>,
        _ extreme: (Double, Double) -> Double
    ) {
        let numbers = tape.numbers
        var place = 0
        while place < length {
            // Of zeros there is one.
            numbers[place] = source[place] + 0.0
            place &+= 1
        }
        let (back, end) = (count &- 1, length &+ count &- 1)
        var (from, into, next) = (numbers - back, one.numbers - back, other.numbers - back)
        var size = 1
        while 2 &* size <= count {
            let before = from - size
            if 4 &* size <= count {
                let (second, third) = (before - size, before - 2 &* size)
                var place = 4 &* size &- 1
                while place < end {
                    into[place] = extreme(
                        extreme(from[place], before[place]), extreme(second[place], third[place]))
                    place &+= 1
                }
                size &*= 4
            } else {
                var place = 2 &* size &- 1
                while place < end {
                    into[place] = extreme(from[place], before[place])
                    place &+= 1
                }
                size &*= 2
            }
            (from, into, next) = (into, next, into)
        }
        let now = from + back
        let before = now - (count &- size)
        place = 0
        while place < length {
            out[place] = extreme(now[place], before[place])
            place &+= 1
        }
        tape.advance(by: length)
    }

    func takeLargest(
        _ source: UnsafePointer<Double>, _ length: Int, into out: UnsafeMutablePointer<Double>
    ) { take(source, length, into: out) { $0 > $1 ? $0 : $1 } }

    func takeSmallest(
        _ source: UnsafePointer<Double>, _ length: Int, into out: UnsafeMutablePointer<Double>
    ) { take(source, length, into: out) { $0 < $1 ? $0 : $1 } }
}
