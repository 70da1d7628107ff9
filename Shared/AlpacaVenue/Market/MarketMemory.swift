import Domain

/// What the venue has shown of the market: the bars of each symbol, and the last quote and trade.
struct MarketMemory {
    /// Of each symbol; older bars are forgotten.
    static let barsMax = 400_000

    struct Instrument {
        var bars: [Bar] = []
        var tick: Tick?
        /// A price that was set by hand, and holds until the next tick of a market that moves.
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
        instruments[symbol].tick = tick
        note(tick.trade.price, symbol, at: tick.trade.at)
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
        instruments[symbol].tick?.trade.price ?? instruments[symbol].bars.last?.close
    }

    /// The close of the session before the one of the last price; that price where there was none.
    func previousClose(_ symbol: Int) -> Price? {
        instruments[symbol].day.previousClose ?? last(symbol)
    }

    func quote(_ symbol: Int, named name: Symbol) -> Quote? {
        if let tick = instruments[symbol].tick { return tick.quote }
        guard let bar = instruments[symbol].bars.last else { return nil }
        return BarTicks(bar, spread: spread)[BarTicks.count - 1].quote
    }

    func trade(_ symbol: Int) -> Trade? {
        if let tick = instruments[symbol].tick { return tick.trade }
        guard let bar = instruments[symbol].bars.last else { return nil }
        return BarTicks(bar, spread: spread)[BarTicks.count - 1].trade
    }
}
