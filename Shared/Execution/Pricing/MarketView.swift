import Domain

/// What execution has seen of an instrument: prices, how much they move, and how much is traded.
struct MarketView: Equatable, Sendable {
    var last: Price = .zero
    var bid: Price = .zero
    var ask: Price = .zero
    /// Sixteen times the mean of the last moves from close to close, newer ones counting more.
    var movements: Int64 = 0
    /// Bars seen, and all volume traded in them.
    var bars: Int64 = 0
    var volume: Volume = .zero
    /// The length of a bar; zero before there was one.
    var span: Int64 = 0
    /// A bar is a whole session: nothing is known of what happens within.
    var isDaily = false
    var profile = VolumeProfile()

    /// No session is shorter, and bars within one seldom are longer.
    static let shortestDay = 3 * Nanoseconds.hour

    var isQuoted: Bool { bid.isPositive && ask >= bid }
    var spread: Price { isQuoted ? ask - bid : .zero }
    /// By how much the price moves from bar to bar.
    var movement: Price { Price(units: movements / 16) }
    var reference: Price { isQuoted ? .midpoint(bid, ask) : last }

    /// The price from which a limit is reckoned: the far side where there are quotes.
    func reference(for side: Side) -> Price {
        isQuoted ? (side == .buy ? ask : bid) : last
    }

    mutating func take(close: Price, volume traded: Volume, from open: Timestamp, to end: Timestamp) {
        if last.isPositive { movements += (close - last).magnitude.units - movements / 16 }
        last = close
        bars += 1
        volume += traded
        span = end - open
        isDaily =
            span >= MarketView.shortestDay && TradingCalendar.xnys.session(containing: open)?.open == open
    }

    mutating func take(bid: Price, ask: Price) {
        self.bid = bid
        self.ask = ask
    }

    /// Prices and volumes in shares after a split.
    mutating func split(_ numerator: Int64, for denominator: Int64) {
        func price(_ price: Price) -> Price { (try? price.scaled(denominator, over: numerator)) ?? .zero }
        last = price(last)
        (bid, ask) = (.zero, .zero)
        movements = price(Price(units: movements)).units
        volume = (try? volume.scaled(numerator, over: denominator)) ?? volume
    }
}
