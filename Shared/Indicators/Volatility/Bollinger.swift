/// Bollinger's bands: some standard deviations about the mean, where the number lies between them (0 to 1, one half where
/// they meet), and how wide they are in parts of the mean.
public struct Bollinger: ListedIndicator {
    private var moments: RollingMoments
    private let factor: Double

    public init(period: Int, factor: Double) {
        moments = RollingMoments(count: period)
        self.factor = factor
    }

    public var warmUp: Int { moments.count }

    public struct Value: Numbers {
        public var upper: Double
        public var middle: Double
        public var lower: Double
        public var position: Double
        public var width: Double
    }

    public mutating func update(_ number: Double) -> Value? {
        guard number.isUsable, moments.update(number) else { return nil }
        let middle = moments.mean
        let reach = factor * moments.variance().squareRoot()
        let (upper, lower) = (middle + reach, middle - reach)
        return Value(
            upper: upper, middle: middle, lower: lower,
            position: upper > lower ? (number - lower) / (upper - lower) : 0.5,
            width: finite((upper - lower) / middle) ?? 0)
    }

    public static let listing = Listing(
        "bollinger", "bands of so many deviations about the mean; position between them, and width",
        parameters: [.period(20, from: 2), .number("factor", 2, in: 0...1000, "deviations to each side")],
        outputs: ["upper", "middle", "lower", "position", "width"], warmUp: "period",
        .taLib("BBANDS", remark: "position (%b) and width by their formulas"))
    public init(_ chosen: Chosen) { self.init(period: chosen.period, factor: chosen["factor"]) }
}
