/// The numbers of a block behind those of the window before it, in one row: what leaves a window is found at its distance,
/// and no ring has to turn.
struct Tape: ~Copyable {
    private let memory: UnsafeMutablePointer<Double>
    let window: Int

    /// The longest window that is worth carrying from block to block.
    static func holds(_ window: Int) -> Bool { window <= blockLength }

    init(window: Int = 0, filledWith number: Double = 0) {
        self.window = window
        let room = window + blockLength + 1
        memory = .allocate(capacity: room)
        memory.initialize(repeating: number, count: room)
    }

    deinit { memory.deallocate() }

    /// Where the numbers of the block begin; those of the window stand before them.
    var numbers: UnsafeMutablePointer<Double> {
        @inline(__always) get { memory + window }
    }

    /// Makes the last numbers of the block those of the window before the next one.
    func advance(by length: Int) { memory.update(from: memory + length, count: window) }

    /// Where a block of a column stands behind the window before it: in the column itself once that is long enough.
    @inline(__always)
    func lend(_ source: UnsafeBufferPointer<Double>, _ bar: Int, _ length: Int) -> UnsafePointer<Double> {
        if bar >= window { return source.from(bar) }
        (numbers - bar).update(from: source.from(0), count: bar &+ length)
        return UnsafePointer(numbers)
    }
}

/// How many numbers up to the last one are equal, from block to block.
struct EqualRun {
    private var length = 0

    /// Calls for each of the numbers that ends so many equal ones or more; the number before the first one is there.
    /// `equals` is how many equal the one before.
    @inline(__always)
    mutating func take(
        _ numbers: UnsafePointer<Double>, _ count: Int, equals: Int, ofAtLeast least: Int,
        _ found: (Int) -> Void
    ) {
        if length &+ equals &+ 1 < least {
            // Long runs are rare, so only the one at the end is measured.
            var last = 0
            while last < count, numbers[count &- 1 &- last] == numbers[count &- 2 &- last] { last &+= 1 }
            length = last == count ? length &+ count : last &+ 1
        } else {
            for place in 0..<count {
                length = numbers[place] == numbers[place &- 1] ? length &+ 1 : 1
                if length >= least { found(place) }
            }
        }
    }
}
