import CColumns

/// Kaufman's adaptive moving average: quick where the price goes straight, slow where it goes to and fro.
public struct KAMA: ListedIndicator {
    private var numbers: Ring<Double>
    private var path: RollingSum
    private let period: Int
    private let slow = 2.0 / 31
    private let quick = 2.0 / 3
    private var previous = 0.0
    private var average = PairedAverage()
    private var count = 0

    public init(period: Int) {
        self.period = period
        numbers = Ring(count: period, filledWith: 0)
        path = RollingSum(count: period)
    }

    public var warmUp: Int { period + 1 }

    @inline(__always)
    public mutating func update(_ number: Double) -> Double? {
        guard number.isUsable else { return nil }
        let oldest = numbers.replaceOldest(with: number)
        let step = (number - previous).magnitude
        defer { previous = number }
        count = min(count + 1, period + 2)
        guard count > 1, let path = path.update(step) else { return nil }
        if count == period + 1 { average.value = previous }
        let part = KAMA.part(way: (number - oldest).magnitude, path: path, slow, quick)
        return average.take(number * part, leaving: 1 - part)
    }

    /// What a number weighs.
    @inline(__always)
    private static func part(way: Double, path: Double, _ slow: Double, _ quick: Double) -> Double {
        // Where nothing moved, or rounding makes the path shorter than the way, it went straight.
        let quotient = way / path
        let weight = (path > way ? quotient : 1) * (quick - slow) + slow
        return weight * weight
    }

    public func fill(_ answers: inout Answers<Double>, from source: UnsafeBufferPointer<Double>) {
        guard count == 0, path.canTakeBlocks, source.count > period else {
            return fillByUpdates(&answers, from: source)
        }
        let (period, slow, quick) = (period, slow, quick)
        var paths = SumTape(count: period)
        var average = average
        average.value = source[period - 1]
        let rests = Tape()
        let isDone = answers.putBlocks(
            from: period, of: roundBlock(period), oneMoreFirst: true,
            where: { source.areUsable($0) }, alwaysFinite: true
        ) { bar, length, out in
            let (numbers, rests) = (source.from(bar), rests.numbers)
            // The first number makes no step.
            let skipped = bar == 0 ? 1 : 0
            tradewind_distances(numbers + skipped, 1, length &- skipped, paths.numbers)
            paths.take(length &- skipped, into: out + skipped)
            let early = max(0, min(period &- bar, length))
            tradewind_kaufman_parts(
                numbers + early, period, slow, quick, length &- early, out + early, rests + early)
            average.take(early..<length, into: out) {
                out[$0]
            } rest: {
                rests[$0]
            }
        }
        if !isDone { fillByUpdates(&answers, from: source) }
    }

    public static let listing = Listing(
        "kama", "adaptive moving average of Kaufman", parameters: [.period(10)], warmUp: "period + 1",
        formula:
            "kama[1] + s² (c − kama[1]), s = e (2 ÷ 3 − 2 ÷ 31) + 2 ÷ 31, e = |c − c[n]| ÷ Σₙ "
            + "|c − c[1]|",
        .taLib("KAMA"))
    public init(_ chosen: Chosen) { self.init(period: chosen.period) }
}
