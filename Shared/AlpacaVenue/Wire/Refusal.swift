import Domain

/// An answer that something is not done: Alpaca's status, its code where it has one, its text, and what it adds.
public struct Refusal: Error {
    var status: Int
    var code: Int?
    var message: String
    var more: [(key: String, value: Document)] = []

    init(_ status: Int, _ code: Int?, _ message: String, _ more: [(key: String, value: Document)] = []) {
        self.status = status
        self.code = code
        self.message = message
        self.more = more
    }

    var document: Document {
        var members: [(key: String, value: Document)] = []
        if let code { members.append(("code", .integer(Int64(code)))) }
        members.append(("message", .text(message)))
        return .object(members + more)
    }

    public var answer: AlpacaAnswer { AlpacaAnswer(status, document) }

    static let unauthorised = Refusal(401, nil, "unauthorized.")
    static let noEndpoint = Refusal(404, 40_410_000, "endpoint not found.")
    static let badBody = Refusal(400, 40_010_000, "request body format is invalid")
    static func invalid(_ message: String) -> Refusal { Refusal(422, 40_010_001, message) }
    static func unprocessable(_ message: String, _ more: [(key: String, value: Document)] = []) -> Refusal {
        Refusal(422, 42_210_000, message, more)
    }
    static func forbidden(_ message: String, _ more: [(key: String, value: Document)] = []) -> Refusal {
        Refusal(403, 40_310_000, message, more)
    }
    static func notFound(_ message: String) -> Refusal { Refusal(404, 40_410_000, message) }
    /// Market data says what is wrong without a code.
    static func badQuery(_ message: String) -> Refusal { Refusal(400, nil, message) }
}
