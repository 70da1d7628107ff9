/// Bollinger's bands: some standard deviations about the mean.
public struct Bollinger: ListedIndicator {
    private var moments: RollingMoments
    private let factor: Double

    public init(period: Int, factor: Double) {
        moments = RollingMoments(count: period)
        self.factor = factor
    }

    public var warmUp: Int { moments.count }

    public mutating func update(_ number: Double) -> Keltner.Value? {
        guard number.isUsable, moments.update(number) else { return nil }
        let middle = moments.mean
        let reach = factor * moments.variance().squareRoot()
        return Keltner.Value(upper: middle + reach, middle: middle, lower: middle - reach)
    }

    public static let listing = Listing(
        "bollinger", "bands of so many deviations about the mean",
        parameters: [.period(20, from: 2), .number("factor", 2, in: 0...1000, "deviations to each side")],
        outputs: ["upper", "middle", "lower"], warmUp: "period",
        formula: "meanₙ(c) + factor · sdₙ(c), meanₙ(c), meanₙ(c) − factor · sdₙ(c)", .taLib("BBANDS"))
    public init(_ chosen: Chosen) { self.init(period: chosen.period, factor: chosen["factor"]) }
}
