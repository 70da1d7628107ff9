/// How a WebSocket is opened, and what it takes and keeps at most.
public struct WebSocketOptions: Sendable {
    public var address: WebSocketAddress
    /// Sent with the request; keys travel here.
    public var headers: [(name: String, value: String)] = []
    /// The proxy's address, `http://proxy:3128`; empty leaves it to `https_proxy`, `http_proxy` and `no_proxy`.
    public var proxy = ""
    /// How long, in seconds, until the socket has to be open.
    public var secondsToOpen = 10
    /// After so many seconds without a word a ping is sent; after as many again without an answer it is given up.
    public var secondsToPing = 10
    /// Of one message.
    public var messageBytesMax = 4 << 20
    /// Of what has come and was not taken. Beyond it nothing more is read from the network until there is room.
    public var inboxBytesMax = 16 << 20
    /// Of what waits to be sent.
    public var queueBytesMax = 1 << 20

    public init(_ address: WebSocketAddress) { self.address = address }
}

/// What happens to a WebSocket.
public enum WebSocketEvent: Sendable, Equatable {
    case opened
    /// A message that has come whole, however many frames it came in.
    case message([UInt8], isText: Bool)
    /// It is over. Nothing comes after it.
    case ended(WebSocketEnd)
}

/// How a WebSocket came to its end.
public struct WebSocketEnd: Error, Sendable, Equatable, CustomStringConvertible {
    public enum Kind: Sendable, Equatable {
        /// Nobody answered there.
        case unreachable
        /// The server, or a proxy, answered, and would not open a socket: the status of HTTP, where there was one.
        case refused(status: Int?)
        /// The server's certificate cannot be verified.
        case untrusted
        /// The server said goodbye. 1000 is in good order; 1005 stands for a close without a code.
        case closed(code: Int, reason: String)
        /// The connection broke, without a goodbye.
        case lost
        /// The server gave no sign of life, not even to a ping.
        case mute
        /// A message was larger than the limit.
        case tooLarge
        /// This side closed it.
        case left
    }

    public var kind: Kind
    public var description: String

    public init(_ kind: Kind, _ description: String) {
        self.kind = kind
        self.description = description
    }
}
