/// How many standard deviations the last number lies from the mean of its window. Nothing where all are equal.
public struct ZScore: ListedIndicator {
    @usableFromInline var moments: RollingMoments
    @usableFromInline let degrees: Int

    @inlinable
    public init(period: Int, takingDegrees degrees: Int = 0) {
        precondition(period > degrees, "a deviation needs more bars than degrees that are taken")
        moments = RollingMoments(count: period)
        self.degrees = degrees
    }

    @inlinable public var warmUp: Int { moments.count }

    @inlinable @inline(__always)
    public mutating func update(_ number: Double) -> Double? {
        guard number.isUsable, moments.update(number) else { return nil }
        let variance = moments.variance(takingDegrees: degrees)
        return variance > 0 ? finite((number - moments.mean) / variance.squareRoot()) : nil
    }

    public static let listing = Listing(
        "zscore", "distance from the window's mean in standard deviations",
        parameters: [
            .period(20, from: 2),
            .whole("degrees", 0, in: 0...1, "degrees of freedom taken: 1 for a sample"),
        ],
        warmUp: "period", .formula("(x − mean) ÷ deviation of the window; nothing where all are equal"))
    public init(_ chosen: Chosen) {
        self.init(period: chosen.period, takingDegrees: chosen.whole("degrees"))
    }
}
