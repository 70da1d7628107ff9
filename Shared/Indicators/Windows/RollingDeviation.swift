import CColumns

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

    public func fill(_ answers: inout Answers<Double>, from source: UnsafeBufferPointer<Double>) {
        guard moments.canTakeBlocks, answers.count > 0 else { return fillByUpdates(&answers, from: source) }
        let degrees = degrees
        var tape = MomentsTape(count: moments.count, first: source[0])
        let isDone = answers.putBlocks(
            from: moments.count - 1, of: shortBlock, where: { source.areUsable($0) }, alwaysFinite: true
        ) { bar, length, out in
            tape.take(source, bar, length).putVariances(length, takingDegrees: degrees, into: out)
            tradewind_take_roots(out, length)
        }
        if !isDone { fillByUpdates(&answers, from: source) }
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
