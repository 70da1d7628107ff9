/// How many of the numbers before, in percent, are smaller than the last one. The time of a bar grows with the
/// window.
public struct PercentRank: ListedIndicator {
    private var window: SortedWindow

    public init(period: Int) { window = SortedWindow(count: period) }

    public var warmUp: Int { window.count + 1 }

    public mutating func update(_ number: Double) -> Double? {
        guard number.isUsable else { return nil }
        let rank = window.isFull ? 100 * Double(window.count(below: number)) / Double(window.count) : nil
        window.update(number)
        return rank
    }

    public static let listing = Listing(
        "rank", "share in percent of the numbers before that are smaller", parameters: [.period(100)],
        warmUp: "period + 1", formula: "100 · count of c[1] … c[n] below c ÷ n", .taLib("PERCENTRANK"))
    public init(_ chosen: Chosen) { self.init(period: chosen.period) }
}
