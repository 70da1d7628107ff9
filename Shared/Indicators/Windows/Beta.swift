/// How much the returns of a series move with those of another, the market: covariance ÷ variance over a window of
/// returns. Nothing where the other does not move; a price of zero is refused.
public struct Beta: ListedIndicator {
    private var moments: RollingComoments
    private var previous: Pair?

    public init(period: Int) { moments = RollingComoments(count: period) }

    public var warmUp: Int { moments.count + 1 }

    @inline(__always)
    public mutating func update(_ pair: Pair) -> Double? {
        guard pair.isUsable, pair.first != 0, pair.second != 0 else { return nil }
        defer { previous = pair }
        guard let previous else { return nil }
        let returns = Pair(pair.first / previous.first - 1, pair.second / previous.second - 1)
        guard returns.isUsable, moments.update(returns) else { return nil }
        let variance = moments.second.variance()
        return variance > 0 ? finite(moments.covariance / variance) : nil
    }

    public func fill(_ answers: inout Answers<Double>, from pairs: PairSource) {
        guard previous == nil, moments.first.canTakeBlocks, pairs.count > 1 else {
            return fillByUpdates(&answers, from: pairs)
        }
        let firstReturn = Pair(
            pairs.first[1] / pairs.first[0] - 1, pairs.second[1] / pairs.second[0] - 1)
        var tape = ComomentsTape(count: moments.count, first: firstReturn)
        let isDone = answers.putBlocks(
            from: moments.count, of: shortBlock,
            where: { bars in
                putReturns(pairs.first, bars, into: tape.first)
                    && putReturns(pairs.second, bars, into: tape.second)
            }
        ) { bar, length, out in
            // There is no return of the first bar.
            let skipped = bar == 0 ? 1 : 0
            let figures = tape.take(length &- skipped)
            let out = out + skipped
            var place = 0
            while place < length &- skipped {
                let (variance, covariance) = (figures.secondVariance(place), figures.covariance(place))
                let beta = covariance / variance
                out[place] = variance > 0 ? beta : .nan
                place &+= 1
            }
        }
        if !isDone { fillByUpdates(&answers, from: pairs) }
    }

    /// Puts the returns of some bars; false where a price is refused, or a return.
    private func putReturns(
        _ prices: UnsafeBufferPointer<Double>, _ bars: Range<Int>, into out: UnsafeMutablePointer<Double>
    ) -> Bool {
        guard prices.areUsable(bars) else { return false }
        let prices = prices.from(max(bars.lowerBound, 1))
        let length = bars.count - (bars.lowerBound == 0 ? 1 : 0)
        var (refused, place) = (0, 0)
        while place < length {
            let change = prices[place] / prices[place &- 1] - 1
            out[place] = change
            refused &+= change.isUsable && prices[place] != 0 ? 0 : 1
            place &+= 1
        }
        return refused == 0
    }

    public static let listing = Listing(
        "beta", "beta of the returns to those of another series", parameters: [.period(60, from: 2)],
        inputs: [.close, .other], warmUp: "period + 1",
        formula: "covₙ(r, s) ÷ varₙ(s), r = c ÷ c[1] − 1, s the same of the other series",
        .taLib("BETA", remark: "with the other series first; nothing, and not 0, where that does not move"))
    public init(_ chosen: Chosen) { self.init(period: chosen.period) }
}
