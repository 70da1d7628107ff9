import Configuration

/// One client's socket to the stream of trade updates, as far as it is a conversation.
public struct UpdateStream {
    private let venue: Venue
    public let isPacked: Bool
    public private(set) var account: Int?
    private var isListening = false

    public init(_ venue: Venue, isPacked: Bool) {
        self.venue = venue
        self.isPacked = isPacked
    }

    /// Whether it is to hear of the orders of an account.
    public func hears(_ account: Int) -> Bool { isListening && self.account == account }

    public mutating func replies(to message: [UInt8]) -> [[UInt8]] {
        conversation(message).map { isPacked ? $0.messagePack : $0.json }
    }

    private mutating func conversation(_ message: [UInt8]) -> [Document] {
        guard let value = read(message), let action = value["action"]?.text else {
            return [["stream": "error", "data": ["error": "invalid syntax"]]]
        }
        switch action {
        case "authenticate":
            return [authorise(value["data"]?["key_id"]?.text, value["data"]?["secret_key"]?.text)]
        case "auth": return [authorise(value["key"]?.text, value["secret"]?.text)]
        case "listen":
            guard account != nil else { return [authorisation("unauthorized", "listen")] }
            guard case .array(let streams)? = value["data"]?["streams"] else {
                return [["stream": "error", "data": ["error": "invalid syntax"]]]
            }
            isListening = streams.contains(.string("trade_updates"))
            let known: [Document] = isListening ? ["trade_updates"] : []
            return [["stream": "listening", "data": ["streams": .list(known)]]]
        default: return [["stream": "error", "data": ["error": .text("unknown action \(action)")]]]
        }
    }

    private func read(_ message: [UInt8]) -> JSONValue? {
        if isPacked, message.first != UInt8(ascii: "{") {
            return JSONValue(messagePack: message)
        }
        return try? JSONValue(message)
    }

    private mutating func authorise(_ key: String?, _ secret: String?) -> Document {
        guard let key, let account = venue.account(key, secret) else {
            return authorisation("unauthorized", "authenticate")
        }
        self.account = account
        return authorisation("authorized", "authenticate")
    }

    private func authorisation(_ status: Document, _ action: Document) -> Document {
        ["stream": "authorization", "data": ["status": status, "action": action]]
    }
}
