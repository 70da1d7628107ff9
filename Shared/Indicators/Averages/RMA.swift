/// Wilder's moving average, in which each number weighs 1 ÷ period. It begins with the mean of the first `period` numbers.
public struct RMA: ListedIndicator {
    @usableFromInline let period: Int
    @usableFromInline let weight: Double
    @usableFromInline let rest: Double
    @usableFromInline var count = 0
    /// The sum of the first numbers, then the average.
    @usableFromInline var average = PairedAverage()

    @inlinable
    public init(period: Int) {
        precondition(period >= 1, "an average has a period of at least 1, not \(period)")
        self.period = period
        weight = 1 / Double(period)
        rest = 1 - weight
    }

    @inlinable public var warmUp: Int { period }

    @inlinable @inline(__always)
    public mutating func update(_ number: Double) -> Double? {
        number.isUsable ? take(number) : nil
    }

    /// Takes a number that needs no check.
    @inlinable @inline(__always)
    mutating func take(_ number: Double) -> Double? {
        if count == period { return average.take(number * weight, leaving: rest) }
        count += 1
        average.value += number
        guard count == period else { return nil }
        average.value /= Double(period)
        return average.value
    }

    /// Takes the numbers of a block, and puts the averages.
    @inline(__always)
    mutating func take(
        _ numbers: UnsafePointer<Double>, _ length: Int, into out: UnsafeMutablePointer<Double>
    ) {
        var place = 0
        while place < length, count < period {
            out[place] = take(numbers[place]) ?? 0
            place &+= 1
        }
        let (weight, rest) = (weight, rest)
        average.take(place..<length, into: out) {
            numbers[$0] * weight
        } rest: { _ in
            rest
        }
    }

    public func fill(_ answers: inout Answers<Double>, from source: UnsafeBufferPointer<Double>) {
        guard count == 0 else { return fillByUpdates(&answers, from: source) }
        var average = self
        let isDone = answers.putBlocks(
            from: period - 1, of: shortBlock, where: { source.areUsable($0) }, alwaysFinite: true
        ) { bar, length, out in average.take(source.from(bar), length, into: out) }
        if !isDone { fillByUpdates(&answers, from: source) }
    }

    public static let listing = Listing(
        "rma", "moving average of Wilder", parameters: [.period(14)], warmUp: "period",
        formula: "(c + (n − 1) rma[1]) ÷ n; the first is meanₙ(c)", .taLib("RMA"))
    public init(_ chosen: Chosen) { self.init(period: chosen.period) }
}
