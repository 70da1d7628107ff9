import Domain

/// A bar that ends when enough has happened, and not when its time is over.
public struct TradeBar: Equatable, Sendable {
    public var openedAt: Timestamp
    /// When the trade was that ended it: it is known then.
    public var closedAt: Timestamp
    public var open: Price
    public var high: Price
    public var low: Price
    public var close: Price
    public var volume: Volume
    public var trades: Int
}

/// Makes bars of trades, one trade after the other.
///
/// The trade that reaches the measure belongs to the bar that it ends, wholly. What has not reached it at the end of
/// the data is no bar.
public struct TradeBars {
    public enum Measure: Equatable, Sendable {
        case trades(Int)
        case volume(Volume)
        /// Price times size.
        case worth(Money)
        /// Bricks of one height: a new one in the same direction after one height, in the other after two.
        case renko(Price)
    }

    private let measure: Measure
    private var open: TradeBar?
    private var worth = Money.zero
    /// Of the last brick.
    private var brick: (low: Price, high: Price)?

    public init(_ measure: Measure) throws(StoreError) {
        let isAboveZero =
            switch measure {
            case .trades(let count): count > 0
            case .volume(let volume): volume.isPositive
            case .worth(let worth): worth.isPositive
            case .renko(let height): height.isPositive
            }
        guard isAboveZero else {
            throw StoreError(.refused, "a measure of bars must be above 0, not \(measure)")
        }
        self.measure = measure
    }

    /// The bars that a trade ends: none or one, and of bricks as many as the price passed.
    public mutating func take(_ trade: Trade) throws(OverflowError) -> [TradeBar] {
        var bar =
            open
            ?? TradeBar(
                openedAt: trade.at, closedAt: trade.at, open: trade.price, high: trade.price,
                low: trade.price,
                close: trade.price, volume: .zero, trades: 0)
        bar.closedAt = trade.at
        bar.high = max(bar.high, trade.price)
        bar.low = min(bar.low, trade.price)
        bar.close = trade.price
        bar.volume = try bar.volume.adding(trade.size)
        bar.trades += 1
        worth = try worth.adding(try Money(of: trade.size, at: trade.price))
        if case .renko(let height) = measure { return bricks(of: height, bar) }
        guard isEnough(bar) else {
            open = bar
            return []
        }
        open = nil
        worth = .zero
        return [bar]
    }

    private func isEnough(_ bar: TradeBar) -> Bool {
        switch measure {
        case .trades(let count): bar.trades >= count
        case .volume(let volume): bar.volume >= volume
        case .worth(let money): worth >= money
        case .renko: false
        }
    }

    /// The volume and the trades since the last brick go to the first of several.
    private mutating func bricks(of height: Price, _ bar: TradeBar) -> [TradeBar] {
        var made: [TradeBar] = []
        var edge = brick ?? (bar.open, bar.open)
        var rest = bar
        while bar.close - edge.high >= height || edge.low - bar.close >= height {
            let isUp = bar.close - edge.high >= height
            let open = isUp ? edge.high : edge.low
            let close = isUp ? open + height : open - height
            (rest.open, rest.close) = (open, close)
            (rest.high, rest.low) = (max(open, close), min(open, close))
            made.append(rest)
            edge = (rest.low, rest.high)
            (rest.volume, rest.trades, rest.openedAt) = (.zero, 0, bar.closedAt)
        }
        brick = edge
        self.open = made.isEmpty ? bar : nil
        return made
    }
}
