import Domain

/// How prices of the past are made comparable with those of today.
public enum Adjustment: String, CaseIterable, Sendable {
    /// As they were traded.
    case raw
    /// For splits.
    case split
    /// For splits and dividends.
    case all
}

/// Prices that are only looked at and never traded on.
public struct AdjustedSeries: Equatable, Sendable {
    public var openedAt: [Int64] = []
    public var open: [Double] = []
    public var high: [Double] = []
    public var low: [Double] = []
    public var close: [Double] = []
    public var volume: [Double] = []
}

extension BarSeries {
    /// The bars with all that happened after them taken into account: a bar before a split of 2 for 1 has half the
    /// price and twice the volume; one before a dividend is lower by the dividend's share of the last close before it.
    ///
    /// Actions that became known after `asKnownAt` are not known.
    public func adjusted(
        for adjustment: Adjustment, _ actions: [CorporateAction], asKnownAt: Timestamp = .distantFuture
    ) -> AdjustedSeries {
        var adjusted = AdjustedSeries()
        adjusted.openedAt = openedAt
        var (prices, volumes) = factors(for: adjustment, actions.filter { $0.knownAt <= asKnownAt })
        if prices.isEmpty {
            (prices, volumes) = ([Double](repeating: 1, count: count), [Double](repeating: 1, count: count))
        }
        func scaled(_ units: [Int64], _ scale: Int64, _ factors: [Double]) -> [Double] {
            units.indices.map { Double(units[$0]) / Double(scale) * factors[$0] }
        }
        adjusted.open = scaled(open, Price.scale, prices)
        adjusted.high = scaled(high, Price.scale, prices)
        adjusted.low = scaled(low, Price.scale, prices)
        adjusted.close = scaled(close, Price.scale, prices)
        adjusted.volume = scaled(volume, Volume.scale, volumes)
        return adjusted
    }

    /// What each row's prices and volumes are multiplied by; from the last row to the first.
    private func factors(for adjustment: Adjustment, _ actions: [CorporateAction]) -> ([Double], [Double]) {
        guard adjustment != .raw else { return ([], []) }
        var left = actions.sorted { $0.exAt < $1.exAt }[...]
        var prices = [Double](repeating: 1, count: count)
        var volumes = prices
        var (price, volume) = (1.0, 1.0)
        for row in openedAt.indices.reversed() {
            while let action = left.last, action.exAt.nanoseconds > openedAt[row] {
                left.removeLast()
                // Before the first bar after it there is nothing to adjust.
                guard row + 1 < count else { continue }
                switch action.kind {
                case .split where action.numerator > 0 && action.denominator > 0:
                    price *= Double(action.denominator) / Double(action.numerator)
                    volume *= Double(action.numerator) / Double(action.denominator)
                case .dividend where adjustment == .all && close[row] > action.amount.units:
                    price *= 1 - Double(action.amount.units) / Double(close[row])
                default: break
                }
            }
            (prices[row], volumes[row]) = (price, volume)
        }
        return (prices, volumes)
    }
}
