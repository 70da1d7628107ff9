/// The last `count` numbers in their order of size. Putting one in moves those between it and the one that leaves, so
/// the time of a bar grows with the window.
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

    @inline(__always)
    mutating func update(_ number: Double) {
        let (oldest, size, isFull) = (ring.replaceOldest(with: number), filled, isFull)
        sorted.withPlaces { places in
            let enters = SortedWindow.place(of: number, in: places, size)
            let leaves = isFull ? SortedWindow.place(of: oldest, in: places, size) : size
            if leaves < enters {
                (places + leaves).update(from: places + leaves + 1, count: enters - 1 - leaves)
                places[enters - 1] = number
            } else {
                (places + enters + 1).update(from: places + enters, count: leaves - enters)
                places[enters] = number
            }
        }
        if !isFull { filled += 1 }
    }

    /// The number at a rank, 0 being the smallest.
    @inline(__always)
    mutating func number(at rank: Int) -> Double {
        precondition(rank >= 0 && rank < filled, "rank \(rank) of \(filled) numbers")
        return sorted.withPlaces { $0[rank] }
    }

    /// The first place whose number is not smaller. Few numbers are all compared, several at a time, because where to
    /// search next is guessed wrong every other time.
    @inline(__always)
    private static func place(of number: Double, in places: UnsafeMutablePointer<Double>, _ size: Int) -> Int
    {
        if size <= 64 { return places.count(below: number, among: size) }
        var (low, high) = (0, size)
        while low < high {
            let middle = (low + high) / 2
            if places[middle] < number { low = middle + 1 } else { high = middle }
        }
        return low
    }
}

extension UnsafeMutablePointer<Double> {
    /// How many of the numbers from here on are smaller than another one.
    @inline(__always)
    func count(below number: Double, among size: Int) -> Int {
        var (below, place) = (0, 0)
        while place < size {
            below &+= self[place] < number ? 1 : 0
            place &+= 1
        }
        return below
    }
}
