/// The standard deviation of the last so many numbers.
public struct RollingDeviation: ListedIndicator {
    @usableFromInline var moments: RollingMoments
    @usableFromInline let degrees: Int

    /// With one degree of freedom taken it is the sample's, with none that of the window itself.
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
        return moments.variance(takingDegrees: degrees).squareRoot()
    }

    public static let listing = Listing(
        "std", "standard deviation of the window",
        parameters: [
            .period(20, from: 2),
            .whole("degrees", 0, in: 0...1, "degrees of freedom taken: 1 for a sample"),
        ],
        warmUp: "period", formula: "√(Σₙ (c − meanₙ(c))² ÷ (n − degrees))",
        .taLib("STDDEV", remark: "with degrees 0"))
    public init(_ chosen: Chosen) {
        self.init(period: chosen.period, takingDegrees: chosen.whole("degrees"))
    }
}
