import Configuration
import Domain

/// What a client asks for, free of how it came.
public struct AlpacaRequest: Sendable {
    public var method: String
    public var path: String
    public var query: [(name: String, value: String)]
    /// The key and the secret that came with it.
    public var key: String?
    public var secret: String?
    public var body: [UInt8]

    public init(
        _ method: String, _ path: String, query: [(name: String, value: String)] = [], key: String? = nil,
        secret: String? = nil, body: [UInt8] = []
    ) {
        self.method = method
        self.path = path
        self.query = query
        self.key = key
        self.secret = secret
        self.body = body
    }

    /// What an `Authorization` says: key and secret as user and password.
    public static func keys(inAuthorization text: String) -> (key: String?, secret: String?) {
        let words = text.split(separator: " ")
        guard words.count == 2, words[0].lowercased() == "basic", let bytes = Base64.bytes(of: words[1])
        else {
            return (nil, nil)
        }
        let parts = String(decoding: bytes, as: UTF8.self).split(separator: ":", maxSplits: 1)
        return parts.count == 2 ? (String(parts[0]), String(parts[1])) : (nil, nil)
    }

    /// The parts of the path: `/v2/orders/7` is v2, orders, 7. Empty ones are left out.
    var parts: [String] { path.split(separator: "/").map(String.init) }

    func value(_ name: String) -> String? {
        guard let value = query.first(where: { $0.name == name })?.value, !value.isEmpty else { return nil }
        return value
    }

    /// Names in one value with commas or in several values: clients do either.
    func list(_ name: String) -> [String] {
        query.filter { $0.name == name }.flatMap { $0.value.split(separator: ",").map(String.init) }
    }

    func flag(_ name: String) -> Bool { value(name)?.lowercased() == "true" }

    /// The body as an object; a body that is none is refused.
    func object() throws(Refusal) -> JSONValue {
        guard let value = try? JSONValue(body), case .object = value else { throw .badBody }
        return value
    }

    /// A moment or a day of New York, at its beginning.
    func moment(_ name: String) throws(Refusal) -> Timestamp? {
        guard let text = value(name) else { return nil }
        guard let moment = AlpacaRequest.moment(text) else { throw .badQuery("invalid \(name): \(text)") }
        return moment
    }

    static func moment(_ text: String) -> Timestamp? {
        if let date = try? CivilDate(text) { return EasternTime.moment(on: date, at: 0) }
        // In an address a plus is a space to some.
        if let moment = try? Timestamp(text.replacing(" ", with: "+")) { return moment }
        if let moment = try? Timestamp(text) { return moment }
        // Without a zone, as some clients send it: UTC.
        return try? Timestamp(text + "Z")
    }

    /// A day, from a date or from a moment's date.
    func date(_ name: String) throws(Refusal) -> CivilDate? {
        guard let text = value(name) else { return nil }
        guard let date = try? CivilDate(text.prefix(10)) else { throw .badQuery("invalid \(name): \(text)") }
        return date
    }

    func count(_ name: String, default fallback: Int, in range: ClosedRange<Int>) throws(Refusal) -> Int {
        guard let text = value(name) else { return fallback }
        guard let count = Int(text), range.contains(count) else {
            throw .badQuery("invalid \(name): must be between \(range.lowerBound) and \(range.upperBound)")
        }
        return count
    }
}

/// What is answered: a status, and a document or nothing.
public struct AlpacaAnswer: Sendable {
    public var status: Int
    public var document: Document?
    /// In nanoseconds.
    public var delay: Int64 = 0
    /// The request was obeyed, and the answer is lost.
    public var isLost = false

    init(_ status: Int, _ document: Document? = nil) {
        self.status = status
        self.document = document
    }

    /// An error in Alpaca's form.
    public init(_ status: Int, code: Int?, message: String) {
        self.init(status, Refusal(status, code, message).document)
    }
}
