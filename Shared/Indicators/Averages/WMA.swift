/// The weighted moving average: the newest number counts `period` times, the oldest once.
public struct WMA: ListedIndicator {
    private var sums: RollingWeightedSum
    private let weights: Double

    public init(period: Int) {
        sums = RollingWeightedSum(count: period)
        weights = Double(period) * Double(period + 1) / 2
    }

    public var warmUp: Int { sums.count }

    public mutating func update(_ number: Double) -> Double? {
        number.isUsable && sums.update(number) ? sums.weighted / weights : nil
    }

    public static let listing = Listing(
        "wma", "weighted moving average: weights fall in a straight line", parameters: [.period(20)],
        warmUp: "period", formula: "Σ (n − k) c[k] ÷ (n (n + 1) ÷ 2), k from 0 to n − 1", .taLib("WMA"))
    public init(_ chosen: Chosen) { self.init(period: chosen.period) }
}
