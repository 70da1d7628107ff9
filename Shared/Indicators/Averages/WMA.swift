/// The weighted moving average: the newest number counts `period` times, the oldest once.
public struct WMA: ListedIndicator {
    fileprivate(set) var sums: RollingWeightedSum
    let weights: Double

    public init(period: Int) {
        sums = RollingWeightedSum(count: period)
        weights = Double(period) * Double(period + 1) / 2
    }

    public var warmUp: Int { sums.count }

    @inline(__always)
    public mutating func update(_ number: Double) -> Double? {
        number.isUsable ? take(number) : nil
    }

    /// Takes a number that needs no check.
    @inline(__always)
    mutating func take(_ number: Double) -> Double? { sums.update(number) ? sums.weighted / weights : nil }

    public func fill(_ answers: inout Answers<Double>, from source: UnsafeBufferPointer<Double>) {
        guard sums.canTakeBlocks else { return fillByUpdates(&answers, from: source) }
        var tape = WeightedSumTape(count: sums.count)
        let weights = weights
        let isDone = answers.putBlocks(
            from: sums.count - 1, of: roundBlock(sums.count), where: { source.areUsable($0) },
            alwaysFinite: true
        ) { bar, length, out in
            tape.take(source, bar, length, dividedBy: weights, into: out)
        }
        if !isDone { fillByUpdates(&answers, from: source) }
    }

    public static let listing = Listing(
        "wma", "weighted moving average: weights fall in a straight line", parameters: [.period(20)],
        warmUp: "period", formula: "Σ (n − k) c[k] ÷ (n (n + 1) ÷ 2), k from 0 to n − 1", .taLib("WMA"))
    public init(_ chosen: Chosen) { self.init(period: chosen.period) }
}
