/// The straight line through the numbers of a window: where it ends, its slope a bar, and the part of the variance that
/// it explains (0 where all are equal).
public struct LinearRegression: ListedIndicator {
    private var sums: RollingWeightedSum
    private var moments: RollingMoments

    public init(period: Int) {
        precondition(period >= 2, "a line takes at least 2 points, not \(period)")
        sums = RollingWeightedSum(count: period)
        moments = RollingMoments(count: period)
    }

    public var warmUp: Int { moments.count }

    public struct Value: Numbers {
        public var end: Double
        public var slope: Double
        public var explained: Double
    }

    public mutating func update(_ number: Double) -> Value? {
        guard number.isUsable else { return nil }
        let isFull = sums.update(number)
        guard moments.update(number), isFull else { return nil }
        let count = Double(moments.count)
        // Bars are counted from 1; these are the sums of the squares of their distances from their mean.
        let spread = count * (count * count - 1) / 12
        let variance = moments.variance()
        let slope = variance > 0 ? (sums.weighted - sums.sum * ((count + 1) / 2)) / spread : 0
        return Value(
            end: moments.mean + slope * (count - 1) / 2, slope: slope,
            explained: variance > 0 ? min(1, slope * slope * (spread / (count * variance))) : 0)
    }

    public static let listing = Listing(
        "linreg", "straight line through the window: its end, slope and R²",
        parameters: [.period(14, from: 2)],
        outputs: ["end", "slope", "r_squared"], warmUp: "period",
        formula:
            "a + b (n − 1), b, corrₙ(c, t)²; a + b t the line of least squares through c, t "
            + "from 0 to n − 1",
        .taLib("LINEARREG, LINEARREG_SLOPE", remark: "R² by its formula, 0 where all are equal"))
    public init(_ chosen: Chosen) { self.init(period: chosen.period) }
}
