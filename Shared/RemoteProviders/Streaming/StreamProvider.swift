import Domain
import TWS
import WebSocketClient

/// Market data as they happen, over a socket that stays open.
public protocol StreamProvider: Provider {
    /// Why it has no such stream; nothing where it has.
    func objection(to wanted: StreamWanted) -> String?
    func stream(_ wanted: StreamWanted) -> any StreamTalk
}

/// What of a market is wanted as it happens.
public struct StreamWanted: Hashable, Sendable {
    public enum Channel: String, CaseIterable, Sendable {
        case bars, updatedBars, dailyBars, quotes, trades, statuses, lulds
    }

    public var symbols: [Symbol]
    public var channels: Set<Channel>

    public init(symbols: [Symbol], channels: Set<Channel>) {
        (self.symbols, self.channels) = (symbols, channels)
    }
}

/// One connection's conversation: what is said and what it means. It does no I/O, so that it can be tried against any
/// answer.
public protocol StreamTalk: Sendable {
    var address: WebSocketAddress? { get }
    /// Where it goes instead, if it is no WebSocket but a gateway's socket.
    var gatewayAddress: TWSLine.Address? { get }
    var headers: [(name: String, value: String)] { get }
    /// Whether everything that was wanted is subscribed to: from now on nothing is missed.
    var isSubscribed: Bool { get }
    /// What is to be said at the beginning.
    mutating func opened() -> [StreamSaying]
    /// Takes a message. What it throws ends the connection.
    mutating func take(_ message: [UInt8], isText: Bool) throws(ProviderFault) -> StreamHeard
}

extension StreamTalk {
    public var gatewayAddress: TWSLine.Address? { nil }
}

/// What is said to a provider.
public struct StreamSaying: Sendable, Equatable {
    public var bytes: [UInt8]
    public var isText: Bool
}

/// What a message brought.
public struct StreamHeard: Sendable {
    public var events: [StreamEvent] = []
    public var sayings: [StreamSaying] = []
    /// What a person should know: the provider complained, and went on.
    public var notes: [String] = []
    /// Pieces that could not be read; the others of the message were.
    public var unread = 0
}

/// Something that happened in a market.
public enum StreamEvent: Sendable, Equatable {
    case bar(Bar)
    /// The bar of a minute, made anew with trades that were reported late.
    case updated(Bar)
    /// The day so far.
    case daily(Bar)
    case quote(Quote)
    case trade(Trade)
    /// What was reported of a trade was wrong: the trade as it was, and as it is.
    case corrected(Trade, now: Trade)
    /// A trade did not happen.
    case cancelled(Trade)
    case status(TradingStatus)
    /// The prices between which an instrument may trade.
    case band(PriceBand)
}

/// An instrument is halted, or trades again.
public struct TradingStatus: Sendable, Equatable {
    public var symbol: Symbol
    public var at: Timestamp
    /// `H`, `T`… as the exchange's tape has it, and in words.
    public var code: String
    public var words: String
    public var reason: String
}

/// Limit up, limit down.
public struct PriceBand: Sendable, Equatable {
    public var symbol: Symbol
    public var at: Timestamp
    public var up: Price
    public var down: Price
}
