/// Wilder's moving average, in which each number weighs 1 ÷ period.
public struct RMA: ListedIndicator {
    private var average: SmoothedAverage

    public init(period: Int) { average = SmoothedAverage(wilder: period) }

    public var warmUp: Int { average.period }

    @inline(__always)
    public mutating func update(_ number: Double) -> Double? {
        number.isUsable ? average.update(number) : nil
    }

    public static let listing = Listing(
        "rma", "moving average of Wilder", parameters: [.period(14)], warmUp: "period",
        formula: "(c + (n − 1) rma[1]) ÷ n; the first is meanₙ(c)", .taLib("RMA"))
    public init(_ chosen: Chosen) { self.init(period: chosen.period) }
}
