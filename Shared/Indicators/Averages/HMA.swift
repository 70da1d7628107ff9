/// Hull's moving average: a weighted average over √period of twice the average of half the period, less that of the
/// whole. Half and root are rounded down.
public struct HMA: ListedIndicator {
    private var half: WMA
    private var whole: WMA
    private var root: WMA

    public init(period: Int) {
        precondition(period >= 2, "Hull's average has a period of at least 2, not \(period)")
        half = WMA(period: period / 2)
        whole = WMA(period: period)
        root = WMA(period: Int(Double(period).squareRoot()))
    }

    public var warmUp: Int { whole.warmUp + root.warmUp - 1 }

    public mutating func update(_ number: Double) -> Double? {
        let half = half.update(number)
        guard let whole = whole.update(number), let half else { return nil }
        return root.update(2 * half - whole)
    }

    public static let listing = Listing(
        "hma", "moving average of Hull", parameters: [.period(20, from: 2)], warmUp: "period + ⌊√period⌋ - 1",
        formula: "wma(2 wma(c, ⌊n ÷ 2⌋) − wma(c, n), ⌊√n⌋)",
        .taLib("HMA"))
    public init(_ chosen: Chosen) { self.init(period: chosen.period) }
}
