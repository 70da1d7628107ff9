/// The exponential moving average: each number weighs 2 ÷ (period + 1). It begins with the mean of the first
/// `period` numbers.
public struct EMA: ListedIndicator {
    @usableFromInline var average: SmoothedAverage

    @inlinable
    public init(period: Int) {
        average = SmoothedAverage(period: period, weight: 2 / Double(period + 1))
    }

    @inlinable public var warmUp: Int { average.period }

    @inlinable @inline(__always)
    public mutating func update(_ number: Double) -> Double? {
        number.isUsable ? average.update(number) : nil
    }

    public static let listing = Listing(
        "ema", "exponential moving average", parameters: [.period(20)], warmUp: "period",
        formula: "a c + (1 − a) ema[1], a = 2 ÷ (n + 1); the first is meanₙ(c)", .taLib("EMA"))
    public init(_ chosen: Chosen) { self.init(period: chosen.period) }
}
