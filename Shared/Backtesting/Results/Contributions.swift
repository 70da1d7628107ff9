import Domain
import Portfolio

/// What a symbol or a strategy brought to the result of a run.
public struct Contribution: Sendable, Equatable {
    public var name: String
    /// Of a symbol; -1 of anything else.
    public var instrument: Int
    /// After fees, with dividends, and with what is held at its last price.
    public var profit: Money
    public var fees: Money = .zero
    /// What was bought and sold in all.
    public var traded: Money = .zero
    /// Closed ones.
    public var trades = 0
    public var wins = 0
    public var losses = 0

    public init(name: String, instrument: Int = -1, profit: Money = .zero) {
        self.name = name
        self.instrument = instrument
        self.profit = profit
    }

    /// Whether anything was bought or sold.
    public var isTraded: Bool { traded.isPositive }

    public var winRate: Double? { wins + losses == 0 ? nil : Double(wins) / Double(wins + losses) }

    /// Adds another one's figures to these.
    public mutating func add(_ other: Contribution) {
        profit += other.profit
        fees += other.fees
        traded += other.traded
        trades += other.trades
        wins += other.wins
        losses += other.losses
    }

    fileprivate mutating func add(_ share: BacktestRecord.Share) {
        profit += share.profit
        fees += share.fees
        traded += share.traded
    }

    fileprivate mutating func count(_ trade: ClosedLot) {
        trades += 1
        let result = trade.profit - trade.fees
        if result.isPositive { wins += 1 } else if result.isNegative { losses += 1 }
    }
}

/// Where the result of a run came from. All of it is here: the symbols and `other` add up to the final equity less the
/// cash at the beginning, to the millionth.
public struct Contributions: Sendable {
    /// One for each symbol of the run, in its order.
    public private(set) var symbols: [Contribution]
    /// One for each strategy of the run, in its order.
    public private(set) var strategies: [Contribution]
    /// Interest and other sums that belong to no position.
    public let other: Money

    public init(_ record: BacktestRecord) {
        symbols = record.symbols.enumerated().map { Contribution(name: $1.text, instrument: $0) }
        strategies = record.parts.map { Contribution(name: $0.label) }
        for share in record.shares {
            symbols[share.instrument].add(share)
            if strategies.indices.contains(share.strategy) { strategies[share.strategy].add(share) }
        }
        for trade in record.trades {
            symbols[trade.symbol.number].count(trade)
            if strategies.indices.contains(trade.strategy) { strategies[trade.strategy].count(trade) }
        }
        other = record.finalEquity - record.cash - symbols.reduce(.zero) { $0 + $1.profit }
    }
}
