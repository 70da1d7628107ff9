import Domain

/// What is asked of a server.
public struct HTTPRequest: Sendable {
    public enum Method: String, Sendable {
        case get = "GET", post = "POST", put = "PUT", patch = "PATCH", delete = "DELETE"
    }

    /// Signs the request as Amazon's services want it (SigV4): libcurl does.
    public struct Signature: Sendable {
        public var region: String
        public var service: String
        public var key: String
        public var secret: String

        public init(region: String, service: String, key: String, secret: String) {
            self.region = region
            self.service = service
            self.key = key
            self.secret = secret
        }
    }

    public struct Header: Sendable, Hashable {
        public var name: String
        public var value: String
        /// A key or a cookie: it is never printed.
        public var isSecret: Bool

        public init(_ name: String, _ value: String, isSecret: Bool = false) {
            self.name = name
            self.value = value
            self.isSecret = isSecret
        }
    }

    public var method = Method.get
    public var address: WebAddress
    public var headers: [Header]
    public var body: [UInt8] = []
    public var signature: Signature?
    /// It may be sent again where nobody knows what became of it: questions, not orders.
    public var isRepeatable = true
    /// How long it may take in all, and to reach the server.
    public var timeLimit = 60 * Nanoseconds.second
    public var connectLimit = 10 * Nanoseconds.second
    /// How large an answer may be, unpacked.
    public var bytesMax = 64 << 20

    public init(_ address: WebAddress, headers: [Header] = []) {
        self.address = address
        self.headers = headers
    }

    /// What must not be seen in a log or an error.
    public var secrets: [String] {
        address.query.filter(\.isSecret).map(\.value) + headers.filter(\.isSecret).map(\.value)
            + (signature.map { [$0.secret] } ?? [])
    }

    /// A text with `…` in the place of each secret, as servers like to repeat what they were sent.
    public func redacted(_ text: String) -> String {
        var text = text
        for secret in secrets where secret.utf8.count >= 4 {
            for written in Set([secret, WebAddress.encoded(secret)]) {
                text = text.replacing(written, with: "…")
            }
        }
        return text
    }
}

extension HTTPRequest: CustomStringConvertible {
    public var description: String { "\(method.rawValue) \(address)" }
}

/// What a server answered.
public struct HTTPResponse: Sendable {
    public var status: Int
    /// Names are in lower case.
    public var headers: [(name: String, value: String)]
    public var body: [UInt8]

    public init(status: Int, headers: [(name: String, value: String)] = [], body: [UInt8] = []) {
        self.status = status
        self.headers = headers
        self.body = body
    }

    /// The first header of that name in lower case.
    public func header(_ name: String) -> String? { headers.first { $0.name == name }?.value }

    public func headers(_ name: String) -> [String] { headers.filter { $0.name == name }.map(\.value) }

    /// The beginning of the body as a text for a sentence: one line, without what steers a terminal.
    public func excerpt(_ count: Int = 160) -> String {
        let text = String(decoding: body.prefix(count * 4), as: UTF8.self)
        var line = ""
        for scalar in text.unicodeScalars.prefix(count) {
            let isPlain = scalar.value >= 0x20 && !(0x7F..<0xA0).contains(scalar.value)
            line.unicodeScalars.append(isPlain ? scalar : " ")
        }
        return body.count > count ? line + "…" : line
    }
}

/// Why there is no answer.
public struct HTTPFault: Error, Equatable, Sendable, CustomStringConvertible {
    public enum Kind: Sendable { case unreachable, tooSlow, cutShort, tooLarge, untrusted, misused }
    public var kind: Kind
    public var description: String

    public init(_ kind: Kind, _ description: String) {
        self.kind = kind
        self.description = description
    }
}
