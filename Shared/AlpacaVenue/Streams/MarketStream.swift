import Configuration
import Domain

/// One client's socket to the market's stream, as far as it is a conversation: it says who it is, and what it wants.
public struct MarketStream {
    private let venue: Venue
    public let isPacked: Bool
    /// Who has said who it is.
    public private(set) var account: Int?
    private var wanted: [News.Channel: Set<String>] = [:]

    public init(_ venue: Venue, isPacked: Bool) {
        self.venue = venue
        self.isPacked = isPacked
    }

    /// What is said at the beginning; with keys in the handshake the second step is taken as well.
    public mutating func greeting(key: String?, secret: String?) -> [[UInt8]] {
        var replies: [Document] = [MarketStream.success("connected")]
        if let key, let account = venue.account(key, secret) {
            self.account = account
            replies.append(MarketStream.success("authenticated"))
        }
        return replies.map(bytes)
    }

    public mutating func replies(to message: [UInt8]) -> [[UInt8]] { conversation(message).map(bytes) }

    public static func timeout(packed: Bool) -> [UInt8] {
        let document = failure(404, "auth timeout")
        return packed ? document.messagePack : document.json
    }

    public static func slow(packed: Bool) -> [UInt8] {
        let document = failure(407, "slow client")
        return packed ? document.messagePack : document.json
    }

    public func wants(_ channel: News.Channel, _ symbol: String) -> Bool {
        guard account != nil, let names = wanted[channel] else { return false }
        return names.contains(symbol) || names.contains("*")
    }

    public var channels: Set<News.Channel> { Set(wanted.filter { !$0.value.isEmpty }.keys) }

    private func bytes(_ document: Document) -> [UInt8] { isPacked ? document.messagePack : document.json }

    private mutating func conversation(_ message: [UInt8]) -> [Document] {
        let value: JSONValue
        if isPacked {
            guard let read = JSONValue(messagePack: message) else {
                return [MarketStream.failure(400, "invalid syntax")]
            }
            value = read
        } else {
            guard let read = try? JSONValue(message) else {
                return [MarketStream.failure(400, "invalid syntax")]
            }
            value = read
        }
        guard case .object = value, let action = value["action"]?.text else {
            return [MarketStream.failure(400, "invalid syntax")]
        }
        if action == "auth" { return [authorise(value)] }
        guard account != nil else { return [MarketStream.failure(401, "not authenticated")] }
        guard action == "subscribe" || action == "unsubscribe" else {
            return [MarketStream.failure(400, "invalid syntax")]
        }
        return [change(value, adds: action == "subscribe")]
    }

    private mutating func authorise(_ value: JSONValue) -> Document {
        guard account == nil else { return MarketStream.failure(403, "already authenticated") }
        guard let key = value["key"]?.text, let account = venue.account(key, value["secret"]?.text) else {
            return MarketStream.failure(402, "auth failed")
        }
        self.account = account
        return MarketStream.success("authenticated")
    }

    private mutating func change(_ value: JSONValue, adds: Bool) -> Document {
        var changed = wanted
        for channel in News.Channel.allCases {
            guard let items = value[channel.rawValue] else { continue }
            guard case .array(let list) = items else { return MarketStream.failure(400, "invalid syntax") }
            for item in list {
                guard let name = item.text else { return MarketStream.failure(400, "invalid syntax") }
                if adds {
                    changed[channel, default: []].insert(name)
                } else {
                    changed[channel]?.remove(name)
                }
            }
        }
        guard changed.values.reduce(0, { $0 + $1.count }) <= 10_000 else {
            return MarketStream.failure(405, "symbol limit exceeded")
        }
        wanted = changed
        return subscription
    }

    private var subscription: Document {
        func names(_ channel: News.Channel) -> Document {
            .list((wanted[channel] ?? []).sorted().map { .text($0) })
        }
        let members = News.Channel.allCases.map { (key: $0.rawValue, value: names($0)) }
        return [
            .object(
                [("T", "subscription")] + members
                    + [("corrections", names(.trades)), ("cancelErrors", names(.trades))])
        ]
    }

    private static func success(_ text: String) -> Document { [["T": "success", "msg": .text(text)]] }

    private static func failure(_ code: Int64, _ text: String) -> Document {
        [["T": "error", "code": .integer(code), "msg": .text(text)]]
    }
}
