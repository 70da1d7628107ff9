/// What a client asks for: the method, the path, what follows the question mark, a few headers, and the body.
public struct WebRequest: Sendable {
    public var method: String
    /// Decoded, and without what follows the question mark.
    public var path: String
    /// Decoded, in the order of the address; a name can come several times.
    public var query: [(name: String, value: String)]
    /// The headers that the server was told to keep; names in small letters.
    public var headers: [String: String]
    public var body: [UInt8]

    public init(
        _ method: String, _ path: String, query: [(name: String, value: String)] = [],
        headers: [String: String] = [:], body: [UInt8] = []
    ) {
        self.method = method
        self.path = path
        self.query = query
        self.headers = headers
        self.body = body
    }
}

/// What a client is answered with.
public struct WebAnswer: Sendable {
    public var status: Int
    public var contentType: String
    public var headers: [(name: String, value: String)]
    public var body: [UInt8]
    /// By how many microseconds it is held back.
    public var delay: Int64 = 0
    /// Nothing is answered: the connection is closed instead.
    public var isLost = false

    public init(
        _ status: Int, contentType: String = "application/json",
        headers: [(name: String, value: String)] = [],
        body: [UInt8] = []
    ) {
        self.status = status
        self.contentType = contentType
        self.headers = headers
        self.body = body
    }
}
