import Brokers
import Configuration
import Domain
import HTTP

/// Calls as requests to Alpaca's interface of trading, and answers as news.
public struct AlpacaRest: Sendable {
    public var url: String
    public var key: String
    public var secret: String
    /// How long an answer may take, before nobody knows what became of the request.
    public var patience = 10 * Nanoseconds.second

    static let pageSize = 100

    public init(url: String, key: String, secret: String) {
        (self.url, self.key, self.secret) = (url, key, secret)
    }

    func request(_ call: BrokerCall) -> HTTPRequest {
        switch call.kind {
        case .submit: send(.post, "/v2/orders", AlpacaOrders.body(of: call.order ?? Order(), legs: call.legs))
        case .replace:
            send(.patch, "/v2/orders/\(call.venueOrderId)", AlpacaOrders.change(to: call.order ?? Order()))
        case .cancel: send(.delete, "/v2/orders/\(call.venueOrderId)", [])
        case .order where !call.venueOrderId.isEmpty:
            ask("/v2/orders/\(call.venueOrderId)", [.init("nested", "true")])
        case .order:
            ask(
                "/v2/orders:by_client_order_id",
                [.init("client_order_id", call.order?.id ?? "")]
                    + (call.order?.orderClass == .simple ? [] : [.init("nested", "true")]))
        case .orders: ask("/v2/orders", [.init("status", "open"), .init("limit", "500")])
        case .activities:
            ask(
                "/v2/account/activities",
                [
                    .init("direction", "asc"), .init("page_size", "\(AlpacaRest.pageSize)"),
                    .init("after", "\(call.at)"),
                ] + (call.after.isEmpty ? [] : [.init("page_token", call.after)]))
        case .positions: ask("/v2/positions")
        case .funds: ask("/v2/account")
        case .asset:
            ask("/v2/assets/" + WebAddress.encoded(call.order?.symbol.text ?? ""))
        case .clock, .wake, .standing: ask("/v2/clock")
        }
    }

    private func ask(_ path: String, _ query: [WebAddress.Item] = []) -> HTTPRequest {
        var request = HTTPRequest(
            WebAddress(url, path, query),
            headers: [
                .init("APCA-API-KEY-ID", key, isSecret: true),
                .init("APCA-API-SECRET-KEY", secret, isSecret: true),
            ])
        request.timeLimit = patience
        request.bytesMax = 16 << 20
        return request
    }

    private func send(_ method: HTTPRequest.Method, _ path: String, _ body: [UInt8]) -> HTTPRequest {
        var request = ask(path)
        request.method = method
        request.body = body
        request.isRepeatable = false
        if !body.isEmpty { request.headers.append(.init("Content-Type", "application/json")) }
        return request
    }

    /// What became of a call.
    func news(
        of call: BrokerCall, _ outcome: Result<HTTPResponse, HTTPFault>, at now: Timestamp
    ) -> BrokerNews {
        var news = BrokerNews(kind: .unknown, call: call.number, at: now)
        switch outcome {
        case .failure(let fault): news.explanation = fault.description
        case .success(let answer):
            switch answer.status {
            case 200..<300:
                do throws(AlpacaDocument.Wrong) {
                    try read(answer, of: call, into: &news)
                    news.kind = .answered
                } catch {
                    news.explanation = error.sentence
                }
            case 404:
                news.kind = .notFound
                news.explanation = complaint(answer)
            case 429:
                news.kind = .limited
                news.retryAt = RetryAfter.moment(of: answer, now: now) ?? now + Nanoseconds.second
            case 300..<500 where answer.status != 408:
                news.explanation = complaint(answer)
                let isKnown = news.explanation.contains("client_order_id must be unique")
                news.kind = isKnown ? .duplicate : .refused
            default: news.explanation = complaint(answer)
            }
        }
        return news
    }

    private func complaint(_ answer: HTTPResponse) -> String {
        let document = try? JSONValue(answer.body)
        guard let text = document?["message"]?.text else { return "\(answer.status): \(answer.excerpt())" }
        let code = document?["code"]?.integer.map { " (\($0))" } ?? ""
        return HTTPResponse(status: 0, body: Array(text.utf8)).excerpt(300) + code
    }

    private func read(
        _ answer: HTTPResponse, of call: BrokerCall, into news: inout BrokerNews
    ) throws(AlpacaDocument.Wrong) {
        // A cancellation is answered with nothing.
        if call.kind == .cancel { return }
        let document = try AlpacaDocument(answer.body)
        switch call.kind {
        case .submit, .replace, .order: news.orders = try document.family()
        case .orders:
            for item in try document.items() { news.orders.append(try item.order()) }
        case .activities:
            let items = try document.items()
            for item in items { news.activities.append(try item.activity()) }
            if items.count >= AlpacaRest.pageSize, let last = items.last { news.next = try last.text("id") }
        case .positions:
            for item in try document.items() { news.positions.append(try item.position()) }
        case .funds: news.funds = try document.funds()
        case .clock: news.clock = try document.clock()
        case .asset: news.asset = try document.asset()
        case .cancel, .wake, .standing: break
        }
    }
}
