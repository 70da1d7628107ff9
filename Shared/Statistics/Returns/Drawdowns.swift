/// A time below a high-water mark, by the indices of the returns.
public struct Drawdown: Sendable, Equatable {
    /// The first period under water.
    public var first: Int
    /// The deepest.
    public var valley: Int
    /// The last period under water.
    public var last: Int
    /// How deep, as a return: -0.2 for a fifth.
    public var depth: Double
    /// Whether the mark was reached again.
    public var isOver: Bool

    public init(first: Int, valley: Int, last: Int, depth: Double, isOver: Bool) {
        self.first = first
        self.valley = valley
        self.last = last
        self.depth = depth
        self.isOver = isOver
    }

    /// How many periods it took.
    public var length: Int { last - first + 1 }
}

extension Returns {
    /// How far each period's end is below the highest wealth until then, the beginning included; 0 at a new high.
    public var drawdownSeries: [Double] {
        var (wealth, mark) = (1.0, 1.0)
        return values.map { value in
            wealth *= 1 + value
            mark = max(mark, wealth)
            return wealth < mark ? wealth / mark - 1 : 0
        }
    }

    /// The deepest drawdown as a return, 0 if there was none.
    public var maximumDrawdown: Double? { drawdownSeries.min() }

    /// Every drawdown in the order of time.
    public var drawdowns: [Drawdown] {
        let series = drawdownSeries
        var found: [Drawdown] = []
        for (index, depth) in series.enumerated() where depth < 0 {
            if index > 0, series[index - 1] < 0, var current = found.popLast() {
                current.last = index
                if depth < current.depth { (current.valley, current.depth) = (index, depth) }
                found.append(current)
            } else {
                found.append(Drawdown(first: index, valley: index, last: index, depth: depth, isOver: false))
            }
        }
        for index in found.indices { found[index].isOver = found[index].last < series.count - 1 }
        return found
    }

    /// The deepest drawdowns, deepest first; of equals the earlier.
    public func topDrawdowns(_ count: Int = 5) -> [Drawdown] {
        Array(drawdowns.sorted { ($0.depth, $0.first) < ($1.depth, $1.first) }.prefix(count))
    }

    /// The periods of the longest drawdown, 0 if there was none.
    public var longestDrawdown: Int? { count == 0 ? nil : drawdowns.map(\.length).max() ?? 0 }

    /// The part of all periods that ended below a high-water mark.
    public var timeUnderWater: Double? {
        quotient(Double(drawdownSeries.count { $0 < 0 }), Double(count))
    }

    /// The root of the mean square drawdown: depth and length in one.
    public var ulcerIndex: Double? {
        guard count >= 2 else { return nil }
        return (sum(drawdownSeries.lazy.map { $0 * $0 }) / Double(count - 1)).squareRoot()
    }
}
