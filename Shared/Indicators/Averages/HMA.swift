import CColumns

/// Hull's moving average: a weighted average over √period of twice the average of half the period, less that of the
/// whole. Half and root are rounded down.
public struct HMA: ListedIndicator {
    private var half: WMA
    private var whole: WMA
    private var root: WMA

    public init(period: Int) {
        precondition(period >= 2, "Hull's average has a period of at least 2, not \(period)")
        half = WMA(period: period / 2)
        whole = WMA(period: period)
        root = WMA(period: Int(Double(period).squareRoot()))
    }

    public var warmUp: Int { whole.warmUp + root.warmUp - 1 }

    @inline(__always)
    public mutating func update(_ number: Double) -> Double? {
        let half = half.update(number)
        guard let whole = whole.update(number), let half else { return nil }
        return root.take(2 * half - whole)
    }

    public func fill(_ answers: inout Answers<Double>, from source: UnsafeBufferPointer<Double>) {
        guard half.sums.canTakeBlocks, whole.sums.canTakeBlocks, root.sums.canTakeBlocks else {
            return fillByUpdates(&answers, from: source)
        }
        var halfTape = WeightedSumTape(count: half.warmUp)
        var wholeTape = WeightedSumTape(count: whole.warmUp)
        var rootTape = WeightedSumTape(count: root.warmUp)
        let (halves, wholes, roots) = (half.weights, whole.weights, root.weights)
        let lag = whole.warmUp - 1
        let halfSums = Tape()
        let isDone = answers.putBlocks(
            from: warmUp - 1, of: roundBlock(whole.warmUp), where: { source.areUsable($0) },
            alwaysFinite: true
        ) { bar, length, out in
            let halfSums = halfSums.numbers
            halfTape.take(source, bar, length, into: halfSums)
            wholeTape.take(source, bar, length, into: out)
            // The last average begins with the first value of the slow one.
            let skipped = max(0, min(lag &- bar, length))
            let rest = length &- skipped
            tradewind_hull(halfSums + skipped, halves, out + skipped, wholes, rest, rootTape.numbers)
            rootTape.take(rest, dividedBy: roots, into: out + skipped)
        }
        if !isDone { fillByUpdates(&answers, from: source) }
    }

    public static let listing = Listing(
        "hma", "moving average of Hull", parameters: [.period(20, from: 2)], warmUp: "period + ⌊√period⌋ - 1",
        formula: "wma(2 wma(c, ⌊n ÷ 2⌋) − wma(c, n), ⌊√n⌋)",
        .taLib("HMA"))
    public init(_ chosen: Chosen) { self.init(period: chosen.period) }
}
