import Domain
import Exchange

/// One thing that a live market shows.
public enum LiveDatum: Equatable, Sendable {
    case bar(Bar)
    case quote(Quote)
    case trade(Trade)

    public var symbol: Symbol {
        switch self {
        case .bar(let bar): bar.symbol
        case .quote(let quote): quote.symbol
        case .trade(let trade): trade.symbol
        }
    }

    /// The first moment at which anybody can know it.
    public var knownAt: Timestamp {
        switch self {
        case .bar(let bar): bar.closesAt
        case .quote(let quote): quote.at
        case .trade(let trade): trade.at
        }
    }
}

/// A market that somebody else watches, and tells the venue of.
extension Venue {
    /// A bar that is older is history, and nobody trades on a quote that is older.
    public static let liveAgeMax = 15 * Nanoseconds.minute

    /// Takes what is heard of the market, at the venue's time. What is due before it comes first. Orders meet it as of
    /// this moment: nobody trades at a price from before the order came.
    public func hear(_ datum: LiveDatum, at moment: Timestamp) throws {
        try pass(to: moment)
        guard let symbol = symbolNumbers[datum.symbol.text], !assets[symbol].isHalted else { return }
        let isOld = now - datum.knownAt > Venue.liveAgeMax
        switch datum {
        case .bar(let bar):
            guard memory.isNew(bar, symbol) else { return }
            if isOld { return remember(bar, symbol) }
            if setup.rules.fill == .quote, !memory.isQuoted(symbol) { show(closing(bar), symbol) }
            show(.bar(symbol, bar))
        case .quote(var quote):
            guard !isOld else { return }
            quote.at = now
            show(quote, symbol)
        case .trade(var trade):
            guard !isOld else { return }
            trade.at = now
            show(trade, symbol)
        }
    }

    /// Until when the bars of each symbol are known.
    public var known: [Symbol: Timestamp] {
        var known: [Symbol: Timestamp] = [:]
        for (number, asset) in assets.enumerated() {
            known[asset.symbol] = memory.instruments[number].bars.last?.closesAt
        }
        return known
    }

    private func remember(_ bar: Bar, _ symbol: Int) {
        memory.add(bar, symbol)
        if !memory.hasTick(symbol) { showLast(symbol) }
    }

    /// What is shown of a market of which only bars are heard: its close, now that it is known.
    private func closing(_ bar: Bar) -> Tick {
        var tick = BarTicks(bar, spread: setup.market.spread)[BarTicks.count - 1]
        tick.quote.at = now
        tick.trade.at = now
        return tick
    }

    private func show(_ quote: Quote, _ symbol: Int) {
        memory.show(quote, symbol)
        tell(quote, symbol)
        guard setup.rules.fill == .quote, trades(symbol) else { return }
        exchange.take(quote, of: SymbolIndex(symbol), &reports)
        takeReports()
    }

    private func show(_ trade: Trade, _ symbol: Int) {
        memory.show(trade, symbol)
        follow(trade.price, symbol)
        tell(trade, symbol)
        guard setup.rules.fill == .quote, trades(symbol) else { return }
        exchange.take(trade, of: SymbolIndex(symbol), &reports)
        takeReports()
    }
}
