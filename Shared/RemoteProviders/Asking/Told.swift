import Domain

/// Trades, or quotes.
public enum TickKind: String, CaseIterable, Sendable { case trades, quotes }

/// A trade or a quote as the market told it. A trade has a price and a size, a quote has them twice: bid and ask.
public struct MarketTick: Equatable, Sendable {
    public var at: Timestamp
    public var price: Price
    public var size: Volume
    public var ask = Price.zero
    public var askSize = Volume.zero

    public init(at: Timestamp, price: Price, size: Volume) {
        (self.at, self.price, self.size) = (at, price, size)
    }
}

/// A headline.
public struct NewsItem: Equatable, Sendable {
    public var at: Timestamp
    public var headline: String
    public var source: String
    public var symbols: [String]
    public var address: String
}

/// The day on which a company tells what it earned.
public struct EarningsDate: Equatable, Sendable {
    public enum Hour: String, Sendable {
        case beforeOpen = "before the open"
        case afterClose = "after the close"
    }

    public var symbol: Symbol
    public var date: CivilDate
    public var name = ""
    /// Where the provider knows it.
    public var hour: Hour?
    /// In dollars a share, as analysts expect it.
    public var forecast: Double?

    public init(symbol: Symbol, date: CivilDate) { (self.symbol, self.date) = (symbol, date) }
}

/// A session as a provider has it.
public struct CalendarDay: Equatable, Sendable {
    public var date: CivilDate
    public var open: Timestamp
    public var close: Timestamp
}

/// A symbol that is much looked at; its volume and trades where they are told.
public struct TrendingSymbol: Equatable, Sendable {
    public var symbol: String
    public var volume: Volume?
    public var trades: Int?
}
