import Domain
import Providers

/// Where the venue's prices come from.
public struct MarketSetup: Sendable {
    public enum Source: Sendable {
        /// Bars from files: those before the beginning are the history.
        case files([(symbol: Symbol?, path: String, span: Int64)])
        /// Invented bars by the seed, a minute each.
        case invented([Symbol])
        /// Prices that stay where they are, until somebody moves them.
        case fixed([(symbol: Symbol, price: Price)])
        /// What somebody else watches, and `Venue.hear` is told of.
        case live([Symbol])
    }

    public var source: Source
    /// The venue's time at its beginning; nothing: when the first bar of the files opens.
    public var begin: Timestamp?
    /// No bar that opens from here on is shown.
    public var end: Timestamp?
    /// How many sessions of history are invented before the beginning, where bars are not read.
    public var historySessions: Int = 60
    /// Between bid and ask.
    public var spread: Price
    /// Market data outside sessions too.
    public var isContinuous = false
    public var seed: UInt64 = 1

    public var isLive: Bool {
        if case .live = source { true } else { false }
    }

    public init(_ source: Source, begin: Timestamp? = nil, end: Timestamp? = nil, spread: Price) {
        self.source = source
        self.begin = begin
        self.end = end
        self.spread = spread
    }
}
