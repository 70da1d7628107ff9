/// Kaufman's adaptive moving average: quick where the price goes straight, slow where it goes to and fro.
public struct KAMA: ListedIndicator {
    private var numbers: Ring<Double>
    private var path: RollingSum
    private let period: Int
    private let slow = 2.0 / 31
    private let quick = 2.0 / 3
    private var previous = 0.0
    private var average = 0.0
    private var count = 0

    public init(period: Int) {
        self.period = period
        numbers = Ring(count: period, filledWith: 0)
        path = RollingSum(count: period)
    }

    public var warmUp: Int { period + 1 }

    public mutating func update(_ number: Double) -> Double? {
        guard number.isUsable else { return nil }
        let oldest = numbers.replaceOldest(with: number)
        let step = (number - previous).magnitude
        defer { previous = number }
        count = min(count + 1, period + 2)
        guard count > 1, let path = path.update(step) else { return nil }
        if count == period + 1 { average = previous }
        let way = (number - oldest).magnitude
        // Where nothing moved, or rounding makes the path shorter than the way, it went straight.
        let efficiency = path > way ? way / path : 1
        let weight = efficiency * (quick - slow) + slow
        average += (number - average) * weight * weight
        return average
    }

    public static let listing = Listing(
        "kama", "adaptive moving average of Kaufman", parameters: [.period(10)], warmUp: "period + 1",
        formula:
            "kama[1] + s² (c − kama[1]), s = e (2 ÷ 3 − 2 ÷ 31) + 2 ÷ 31, e = |c − c[n]| ÷ Σₙ "
            + "|c − c[1]|",
        .taLib("KAMA"))
    public init(_ chosen: Chosen) { self.init(period: chosen.period) }
}
