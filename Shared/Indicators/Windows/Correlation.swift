/// How closely two series move together in a window, from -1 to 1. Nothing where one of them does not move.
public struct Correlation: ListedIndicator {
    private var moments: RollingComoments

    public init(period: Int) { moments = RollingComoments(count: period) }

    public var warmUp: Int { moments.count }

    @inline(__always)
    public mutating func update(_ pair: Pair) -> Double? {
        pair.isUsable && moments.update(pair) ? moments.correlation : nil
    }

    public func fill(_ answers: inout Answers<Double>, from pairs: PairSource) {
        guard moments.first.canTakeBlocks, pairs.count > 0 else {
            return fillByUpdates(&answers, from: pairs)
        }
        var tape = ComomentsTape(count: moments.count, first: pairs[0])
        let isDone = answers.putBlocks(
            from: moments.count - 1, of: shortBlock,
            where: { pairs.first.areUsable($0) && pairs.second.areUsable($0) }
        ) { bar, length, out in
            tape.take(pairs, bar, length).putCorrelations(length, into: out)
        }
        if !isDone { fillByUpdates(&answers, from: pairs) }
    }

    public static let listing = Listing(
        "correlation", "correlation with another series", parameters: [.period(30, from: 2)],
        inputs: [.close, .other], warmUp: "period",
        formula: "covₙ(c, x) ÷ √(varₙ(c) varₙ(x)), x the other series",
        .taLib("CORREL", remark: "nothing, and not 0, where a series does not move"))
    public init(_ chosen: Chosen) { self.init(period: chosen.period) }
}
