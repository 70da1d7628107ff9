import Domain

/// A symbol against which a run is held: what its money would have become, had it been put into that and left there.
public struct Benchmark: Sendable {
    public let symbol: Symbol
    /// When each value was known, and what one unit of money at the first close had become by then. Dividends are put
    /// into more of the same at the close of their ex-date.
    public private(set) var at: [Timestamp] = []
    public private(set) var growth: [Double] = []

    /// From the closes of a symbol and its actions, both in order of time.
    public init(
        _ symbol: Symbol, closes: [(at: Timestamp, price: Price)], actions: [CorporateAction] = []
    ) {
        self.symbol = symbol
        var held = 1.0
        var waiting = actions[...]
        guard let first = closes.first, first.price.isPositive else { return }
        // What happened before the first close does not touch what is bought at it.
        waiting = waiting.drop { $0.exAt < first.at }
        for (moment, price) in closes {
            while let action = waiting.first, action.exAt < moment {
                waiting.removeFirst()
                switch action.kind {
                case .split: held *= Double(action.numerator) / Double(action.denominator)
                case .dividend: held *= 1 + Double(action.amount) / Double(price)
                case .symbolChange, .merger, .delisting: break
                }
            }
            at.append(moment)
            growth.append(held * Double(price) / Double(first.price))
        }
    }

    /// What the money had become at each moment, by the last close before or at it; all of it before the first.
    public func equity(of cash: Money, at moments: [Timestamp]) -> [Double] {
        var place = 0
        return moments.map { moment in
            while place < at.count, at[place] <= moment { place += 1 }
            return Double(cash) * (place == 0 ? 1 : growth[place - 1])
        }
    }

    func add(to hash: inout Fnv1a) {
        hash.add(text: symbol.text)
        for (moment, value) in zip(at, growth) {
            hash.add(UInt64(bitPattern: moment.nanoseconds))
            hash.add(value.bitPattern)
        }
    }
}
