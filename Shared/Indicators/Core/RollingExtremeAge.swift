/// How many bars ago the largest of the last `count` numbers was; of equals the latest.
///
/// Keeps only numbers that no later one has reached, largest first, so each is put in and taken out once.
struct RollingExtremeAge: Sendable {
    private var numbers: Ring<Double>
    private var bars: Ring<Int>
    private let count: Int
    private var bar = 0
    /// The kept ones are from `head` up to before `tail`, as places of an endless row.
    private var head = 0
    private var tail = 0

    init(count: Int) {
        self.count = count
        numbers = Ring(count: count, filledWith: 0)
        bars = Ring(count: count, filledWith: 0)
    }

    /// Takes a number, and gives the age once the window is full.
    mutating func update(_ number: Double) -> Int? {
        let (count, now) = (count, bar)
        bar += 1
        if head < tail, bars.withPlaces({ [head] in $0[head % count] }) <= now - count { head += 1 }
        let (first, last) = (head, tail)
        tail = numbers.withPlaces { places in
            var end = last
            while end > first, places[(end - 1) % count] <= number { end -= 1 }
            places[end % count] = number
            return end + 1
        }
        bars.withPlaces { [tail] in $0[(tail - 1) % count] = now }
        guard bar >= count else { return nil }
        return now - bars.withPlaces { [head] in $0[head % count] }
    }
}
