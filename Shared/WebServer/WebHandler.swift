/// Whoever answers what a `WebServer` hears. All of it is called on the server's one thread.
public protocol WebHandler: AnyObject {
    /// Answers a request that has arrived whole.
    func answer(_ request: WebRequest) -> WebAnswer

    /// Answers what the server itself refuses (a body that is too large, a request that it cannot take), in the words of
    /// this handler.
    func refusal(_ status: Int, _ sentence: String) -> WebAnswer

    /// Whether a WebSocket may be opened at that address: nothing where it may, else the status of the refusal.
    func objection(toSocket request: WebRequest) -> Int?

    func opened(_ socket: WebSocket, by request: WebRequest)

    /// Takes a message that has arrived whole.
    func received(_ message: [UInt8], isText: Bool, from socket: WebSocket)

    /// The socket is gone, for whatever reason: nothing can be sent any more.
    func closed(_ socket: WebSocket)

    /// The moment has come that was asked for with `WebServer.ring`.
    func rang()
}

/// What a server takes and keeps at most.
public struct WebLimits: Sendable {
    /// Of a request.
    public var bodyBytesMax = 1 << 20
    /// Of what comes before the body.
    public var headerBytesMax = 8 << 10
    /// Of one message of a socket.
    public var messageBytesMax = 256 << 10
    /// Of what waits to be sent on one socket; a client that is slower is parted from.
    public var queueBytesMax = 8 << 20
    public var connectionsMax = 512
    /// How long a client may take over its headers, and over its body.
    public var secondsToAsk: UInt32 = 10

    public init() {}
}

/// Why a server cannot begin: a sentence.
public struct WebServerError: Error, CustomStringConvertible, Sendable {
    public let description: String

    public init(_ description: String) { self.description = description }
}
