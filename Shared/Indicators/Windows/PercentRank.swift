/// How many of the numbers before, in percent, are smaller than the last one. The time of a bar grows with the
/// window.
public struct PercentRank: ListedIndicator {
    private var numbers: Ring<Double>
    private var count = 0

    public init(period: Int) { numbers = Ring(count: period, filledWith: 0) }

    public var warmUp: Int { numbers.count + 1 }

    @inline(__always)
    public mutating func update(_ number: Double) -> Double? {
        guard number.isUsable else { return nil }
        let period = numbers.count
        defer { _ = numbers.replaceOldest(with: number) }
        guard count == period else {
            count += 1
            return nil
        }
        // All are compared, several at a time: keeping them in order takes longer.
        let below = numbers.withPlaces { $0.count(below: number, among: period) }
        return 100 * Double(below) / Double(period)
    }

    public static let listing = Listing(
        "rank", "share in percent of the numbers before that are smaller", parameters: [.period(100)],
        warmUp: "period + 1", formula: "100 · count of c[1] … c[n] below c ÷ n", .taLib("PERCENTRANK"))
    public init(_ chosen: Chosen) { self.init(period: chosen.period) }
}
