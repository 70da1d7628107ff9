/// The mean of the last so many numbers. For crossings of prices see `ExactAverage`, which does not round.
public struct SMA: ListedIndicator {
    @usableFromInline var sum: RollingSum

    @inlinable
    public init(period: Int) { sum = RollingSum(count: period) }

    @inlinable public var warmUp: Int { sum.count }

    @inlinable @inline(__always)
    public mutating func update(_ number: Double) -> Double? {
        guard number.isUsable, let total = sum.update(number) else { return nil }
        return total / Double(sum.count)
    }

    public func fill(_ answers: inout Answers<Double>, from source: UnsafeBufferPointer<Double>) {
        guard sum.canTakeBlocks else { return fillByUpdates(&answers, from: source) }
        var sums = SumTape(count: sum.count)
        let isDone = answers.putBlocks(
            from: sum.count - 1, of: roundBlock(sum.count), where: { source.areUsable($0) },
            alwaysFinite: true
        ) { bar, length, out in
            sums.takeMeans(source, bar, length, into: out)
        }
        if !isDone { fillByUpdates(&answers, from: source) }
    }

    public static let listing = Listing(
        "sma", "simple moving average: the mean of the window", parameters: [.period(20)], warmUp: "period",
        formula: "meanₙ(c)",
        .taLib("SMA"))
    public init(_ chosen: Chosen) { self.init(period: chosen.period) }
}
