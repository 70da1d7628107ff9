import Domain
import HTTP

@testable import RemoteProviders

/// Answers from a script, under a clock of its own: each request takes 10 ms, and waiting costs nothing.
final class ScriptedTransport: Transport {
    var now = Timestamp(seconds: 1_700_000_000)
    private(set) var sent: [(at: Timestamp, request: HTTPRequest)] = []
    private var due: [(at: Timestamp, ending: Ending)] = []
    private let answer: (Int, HTTPRequest) -> Result<HTTPResponse, HTTPFault>
    private(set) var together = 0

    /// The script gets the number of the request, from 1.
    init(_ answer: @escaping (Int, HTTPRequest) -> Result<HTTPResponse, HTTPFault>) { self.answer = answer }

    func begin(_ request: HTTPRequest, number: Int) {
        sent.append((now, request))
        let ending = Ending(number: number, outcome: answer(sent.count, request))
        due.append((now + 10 * Nanoseconds.millisecond, ending))
        together = max(together, due.count)
    }

    func wait(until moment: Timestamp) -> [Ending] {
        let next = due.map(\.at).min() ?? .distantFuture
        now = max(now, min(moment, next))
        let ended = due.filter { $0.at <= now }.map(\.ending)
        due.removeAll { $0.at <= now }
        return ended
    }
}

/// Counts to a number of pages; a body of "bad" is a fault.
struct Pages: Inquiry {
    var left: Int
    var taken: [String] = []
    var name = "x"
    var isRepeatable = true

    var question: HTTPRequest? {
        guard left > 0 else { return nil }
        var request = HTTPRequest(
            WebAddress("http://host", "/\(name)/\(left)", [.init("key", "SECRET", isSecret: true)]))
        request.isRepeatable = isRepeatable
        return request
    }

    mutating func take(_ answer: HTTPResponse) throws(ProviderFault) {
        if let fault = answer.failure(of: "host") { throw fault }
        let text = String(decoding: answer.body, as: UTF8.self)
        if text == "bad" { throw ProviderFault(.wrong, "host said bad, and SECRET") }
        taken.append(text)
        left -= 1
    }
}

func good(_ text: String = "ok") -> Result<HTTPResponse, HTTPFault> {
    .success(HTTPResponse(status: 200, body: Array(text.utf8)))
}

func status(_ status: Int, _ headers: [(name: String, value: String)] = []) -> Result<HTTPResponse, HTTPFault>
{
    .success(HTTPResponse(status: status, headers: headers))
}
