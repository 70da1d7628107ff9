import Domain
import Portfolio

/// What a symbol or a strategy brought to the result of a run.
public struct Contribution: Sendable, Equatable {
    public var name: String
    /// Of a symbol; -1 of anything else.
    public var instrument: Int
    /// After fees, with what is held at its last price.
    public var profit: Money
    public var fees: Money = .zero
    /// What was bought and sold in all.
    public var traded: Money = .zero
    public var fills = 0
    /// Closed ones.
    public var trades = 0
    public var wins = 0
    public var losses = 0

    public init(name: String, instrument: Int, profit: Money = .zero) {
        self.name = name
        self.instrument = instrument
        self.profit = profit
    }

    public var winRate: Double? { wins + losses == 0 ? nil : Double(wins) / Double(wins + losses) }

    /// Adds another one's figures to these.
    public mutating func add(_ other: Contribution) {
        profit += other.profit
        fees += other.fees
        traded += other.traded
        fills += other.fills
        trades += other.trades
        wins += other.wins
        losses += other.losses
    }
}

/// Where the result of a run came from. All of it is here: the symbols and `other` add up to the final equity less the
/// cash at the beginning, to the millionth.
public struct Contributions: Sendable {
    /// One for each symbol of the run, in its order.
    public private(set) var symbols: [Contribution]
    /// In the order of their first fills.
    public private(set) var strategies: [Contribution] = []
    /// Interest, dividends and other sums that are neither trades nor their fees.
    public let other: Money

    public init(_ record: BacktestRecord) {
        symbols = record.symbols.enumerated().map { Contribution(name: $1.text, instrument: $0) }
        var instruments: [Symbol: Int] = [:]
        for (instrument, symbol) in record.symbols.enumerated() { instruments[symbol] = instrument }
        var places: [String: Int] = [:]
        /// What each strategy holds of each symbol, and at which price it is counted.
        var held: [[Int: Quantity]] = []
        var prices: [Int: Price] = [:]
        for fill in record.fills {
            guard let instrument = instruments[fill.symbol] else { continue }
            let worth = fill.price * fill.quantity
            let cash = (fill.side == .buy ? -worth : worth) - fill.fee
            symbols[instrument].count(fill, worth, cash)
            let place = places[fill.strategy] ?? strategies.count
            if place == strategies.count {
                places[fill.strategy] = place
                strategies.append(Contribution(name: fill.strategy, instrument: -1))
                held.append([:])
            }
            strategies[place].count(fill, worth, cash)
            held[place][instrument, default: .zero] += fill.side == .buy ? fill.quantity : -fill.quantity
            prices[instrument] = fill.price
        }
        for (instrument, holding) in record.positions {
            symbols[instrument].profit += holding.worth
            prices[instrument] = holding.price
        }
        for trade in record.trades { symbols[trade.symbol.number].count(trade) }
        other = record.finalEquity - record.cash - symbols.reduce(.zero) { $0 + $1.profit }
        share(held, prices, record)
    }

    /// Gives each strategy the worth of what it holds. Shares that came by a split belong to whom the others belong to.
    private mutating func share(
        _ held: [[Int: Quantity]], _ prices: [Int: Price], _ record: BacktestRecord
    ) {
        if strategies.count == 1 {
            strategies[0].profit = symbols.reduce(.zero) { $0 + $1.profit }
            strategies[0].trades = symbols.reduce(0) { $0 + $1.trades }
            strategies[0].wins = symbols.reduce(0) { $0 + $1.wins }
            strategies[0].losses = symbols.reduce(0) { $0 + $1.losses }
            return
        }
        for instrument in prices.keys.sorted() {
            let bought = held.reduce(Quantity.zero) { $0 + ($1[instrument] ?? .zero) }
            let now = record.positions.first { $0.instrument == instrument }?.holding.quantity ?? .zero
            let split = bought != .zero && now != .zero ? Double(now.units) / Double(bought.units) : 1
            for place in held.indices {
                guard let quantity = held[place][instrument], let price = prices[instrument] else { continue }
                let units = split == 1 ? quantity.units : Int64((Double(quantity.units) * split).rounded())
                strategies[place].profit += price * Quantity(units: units)
            }
        }
    }
}

extension Contribution {
    fileprivate mutating func count(_ fill: Fill, _ worth: Money, _ cash: Money) {
        fills += 1
        traded += worth
        fees += fill.fee
        profit += cash
    }

    fileprivate mutating func count(_ trade: ClosedLot) {
        trades += 1
        let result = trade.profit - trade.fees
        if result.isPositive { wins += 1 } else if result.isNegative { losses += 1 }
    }
}
