/// Wilder's moving average, in which each number weighs 1 ÷ period. It begins with the mean of the first `period` numbers.
///
/// Every other average is made from the one two bars before: what a bar has to wait for comes half as often.
public struct RMA: ListedIndicator {
    private let period: Int
    private let weight: Double
    private let rest: Double
    private var count = 0
    /// The sum of the first numbers, then the average that the next two are made from.
    private var value = 0.0
    /// What the number after that one adds, and whether it has been taken.
    private var part = 0.0
    private var isBetween = false

    public init(period: Int) {
        precondition(period >= 1, "an average has a period of at least 1, not \(period)")
        self.period = period
        weight = 1 / Double(period)
        rest = 1 - weight
    }

    public var warmUp: Int { period }

    @inline(__always)
    public mutating func update(_ number: Double) -> Double? {
        number.isUsable ? take(number) : nil
    }

    @inline(__always)
    private mutating func take(_ number: Double) -> Double? {
        guard count == period else {
            count += 1
            value += number
            guard count == period else { return nil }
            value /= Double(period)
            return value
        }
        if isBetween {
            isBetween = false
            value = value * (rest * rest) + (part * rest + number * weight)
            return value
        }
        isBetween = true
        part = number * weight
        return value * rest + part
    }

    public func fill(_ answers: inout Answers<Double>, from source: UnsafeBufferPointer<Double>) {
        guard count == 0 else { return fillByUpdates(&answers, from: source) }
        let (period, weight, rest) = (period, weight, rest)
        var average = self
        let isDone = answers.putBlocks(
            from: period - 1, where: { source.areUsable($0) }, alwaysFinite: true
        ) { bar, length, out in
            let numbers = source.from(bar)
            var place = 0
            while place < length, average.count < period || average.isBetween {
                out[place] = average.take(numbers[place]) ?? 0
                place &+= 1
            }
            var value = average.value
            while place &+ 1 < length {
                let part = numbers[place] * weight
                out[place] = value * rest + part
                value = value * (rest * rest) + (part * rest + numbers[place &+ 1] * weight)
                out[place &+ 1] = value
                place &+= 2
            }
            average.value = value
            if place < length { out[place] = average.take(numbers[place]) ?? 0 }
        }
        if !isDone { fillByUpdates(&answers, from: source) }
    }

    public static let listing = Listing(
        "rma", "moving average of Wilder", parameters: [.period(14)], warmUp: "period",
        formula: "(c + (n − 1) rma[1]) ÷ n; the first is meanₙ(c)", .taLib("RMA"))
    public init(_ chosen: Chosen) { self.init(period: chosen.period) }
}
