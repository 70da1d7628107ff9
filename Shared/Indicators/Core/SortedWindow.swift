/// The last `count` numbers in their order of size. Putting one in moves half of the others in the mean, so the time of
/// a bar grows with the window.
struct SortedWindow: Sendable {
    private var ring: Ring<Double>
    private var sorted: Ring<Double>
    private(set) var filled = 0

    init(count: Int) {
        ring = Ring(count: count, filledWith: 0)
        sorted = Ring(count: count, filledWith: 0)
    }

    var count: Int { ring.count }
    var isFull: Bool { filled == count }

    mutating func update(_ number: Double) {
        let oldest = ring.replaceOldest(with: number)
        var size = filled
        let isFull = isFull
        sorted.withPlaces { places in
            var place: Int
            if isFull {
                place = SortedWindow.place(of: oldest, in: places, size)
                size -= 1
                while place < size { (places[place], place) = (places[place + 1], place + 1) }
            }
            place = size
            while place > 0, places[place - 1] > number {
                (places[place], place) = (places[place - 1], place - 1)
            }
            places[place] = number
        }
        if !isFull { filled += 1 }
    }

    /// The number at a rank, 0 being the smallest.
    mutating func number(at rank: Int) -> Double {
        precondition(rank >= 0 && rank < filled, "rank \(rank) of \(filled) numbers")
        return sorted.withPlaces { $0[rank] }
    }

    /// How many are smaller than a number.
    mutating func count(below number: Double) -> Int {
        sorted.withPlaces { [filled] in SortedWindow.place(of: number, in: $0, filled) }
    }

    /// The first place whose number is not smaller.
    private static func place(of number: Double, in places: UnsafeMutablePointer<Double>, _ size: Int) -> Int
    {
        var (low, high) = (0, size)
        while low < high {
            let middle = (low + high) / 2
            if places[middle] < number { low = middle + 1 } else { high = middle }
        }
        return low
    }
}
