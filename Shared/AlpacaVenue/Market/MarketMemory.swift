import Domain

/// What the venue has shown of the market: the bars of each symbol, and the last quote and trade.
struct MarketMemory {
    /// Of each symbol; older bars are forgotten.
    static let barsMax = 400_000

    struct Instrument {
        var bars: [Bar] = []
        var quote: Quote?
        var trade: Trade?
        /// Quotes come by themselves, and are not made of bars.
        var isQuoted = false
        var day = RunningDay()
    }

    /// The bar of the day so far, and the close of the session before.
    struct RunningDay {
        var date: CivilDate?
        var previousClose: Price?
        var last: Price?
    }

    var instruments: [Instrument]
    let spread: Price
    private(set) var lastAt: Timestamp?

    init(symbols: Int, spread: Price) {
        instruments = Array(repeating: Instrument(), count: symbols)
        self.spread = spread
    }

    mutating func add(_ bar: Bar, _ symbol: Int) {
        instruments[symbol].bars.append(bar)
        if instruments[symbol].bars.count > MarketMemory.barsMax + 4096 {
            instruments[symbol].bars.removeFirst(4096)
        }
        lastAt = max(lastAt ?? bar.openedAt, bar.openedAt + bar.span)
        note(bar.close, symbol, at: bar.openedAt)
    }

    mutating func show(_ tick: Tick, _ symbol: Int) {
        instruments[symbol].quote = tick.quote
        instruments[symbol].trade = tick.trade
        note(tick.trade.price, symbol, at: tick.trade.at)
    }

    mutating func show(_ quote: Quote, _ symbol: Int) {
        instruments[symbol].quote = quote
        instruments[symbol].isQuoted = true
    }

    mutating func show(_ trade: Trade, _ symbol: Int) {
        instruments[symbol].trade = trade
        note(trade.price, symbol, at: trade.at)
    }

    func isQuoted(_ symbol: Int) -> Bool { instruments[symbol].isQuoted }

    /// Something was shown that is not made of the history.
    func hasTick(_ symbol: Int) -> Bool {
        instruments[symbol].quote != nil || instruments[symbol].trade != nil
    }

    /// No bar of this length has begun then or later.
    func isNew(_ bar: Bar, _ symbol: Int) -> Bool {
        guard let last = instruments[symbol].bars.last(where: { $0.span == bar.span }) else { return true }
        return last.openedAt < bar.openedAt
    }

    private mutating func note(_ price: Price, _ symbol: Int, at moment: Timestamp) {
        let date = VenueHours.day(of: moment)
        if instruments[symbol].day.date != date {
            instruments[symbol].day.previousClose = instruments[symbol].day.last
            instruments[symbol].day.date = date
        }
        instruments[symbol].day.last = price
    }

    /// The last price, as anybody who watches knows it.
    func last(_ symbol: Int) -> Price? {
        if let trade = instruments[symbol].trade { return trade.price }
        if let bar = instruments[symbol].bars.last { return bar.close }
        return instruments[symbol].quote.map { .midpoint($0.bid, $0.ask) }
    }

    /// The close of the session before the one of the last price; that price where there was none.
    func previousClose(_ symbol: Int) -> Price? {
        instruments[symbol].day.previousClose ?? last(symbol)
    }

    func quote(_ symbol: Int, named name: Symbol) -> Quote? {
        if let quote = instruments[symbol].quote { return quote }
        guard let bar = instruments[symbol].bars.last else { return nil }
        return BarTicks(bar, spread: spread)[BarTicks.count - 1].quote
    }

    func trade(_ symbol: Int) -> Trade? {
        if let trade = instruments[symbol].trade { return trade }
        guard let bar = instruments[symbol].bars.last else { return nil }
        return BarTicks(bar, spread: spread)[BarTicks.count - 1].trade
    }
}
