import Domain
import HTTP
import Testing

@testable import BrokerEdges

@Suite("Alpaca's interface of trading")
struct AlpacaRestTests {
    private let rest = AlpacaRest(url: "https://paper-api.alpaca.markets", key: "K1234", secret: "S5678")
    private let now = Timestamp(seconds: 1_710_163_800)
    static let order = #"""
        {"id":"v-1","client_order_id":"c-1","symbol":"AAPL","side":"buy","qty":"10","filled_qty":"4",
         "status":"partially_filled","updated_at":"2024-03-11T09:30:00.5-04:00","legs":null}
        """#

    private func news(_ kind: BrokerCallKind, _ status: Int, _ body: String, _ header: String? = nil)
        -> BrokerNews
    {
        rest.news(
            of: BrokerCall(number: 7, kind: kind),
            .success(
                HTTPResponse(
                    status: status, headers: header.map { [("retry-after", $0)] } ?? [],
                    body: Array(body.utf8))),
            at: now)
    }

    @Test("sends an order in Alpaca's words, under its own id")
    func body() {
        var order = Order(
            id: "c-1", symbol: Symbol("AAPL")!, side: .sell, kind: .stopLimit, quantity: Quantity(10),
            limit: Price(99), stop: Price(100), timeInForce: .goodTillCancelled)
        #expect(
            String(decoding: AlpacaOrders.body(of: order), as: UTF8.self)
                == #"{"symbol":"AAPL","qty":"10","side":"sell","type":"stop_limit","time_in_force":"gtc","#
                + #""limit_price":"99","stop_price":"100","client_order_id":"c-1"}"#)
        // Where a trailing stop begins is the broker's affair, and a share of 7 % is no 7.000000000000001.
        order = Order(
            id: "c-1", symbol: Symbol("KO")!, side: .sell, kind: .trailingStop, quantity: Quantity(10),
            stop: Price(100), trailShare: 0.07, timeInForce: .goodTillCancelled)
        #expect(
            String(decoding: AlpacaOrders.body(of: order), as: UTF8.self)
                == #"{"symbol":"KO","qty":"10","side":"sell","type":"trailing_stop","time_in_force":"gtc","#
                + #""trail_percent":"7","client_order_id":"c-1"}"#)
        order = Order(id: "c-2", symbol: Symbol("KO")!, kind: .market, notional: Money(units: 12_345_678))
        #expect(
            String(decoding: AlpacaOrders.body(of: order), as: UTF8.self).contains(#""notional":"12.34""#))
    }

    @Test("asks for what a call wants, and prints no secret")
    func requests() {
        let order = Order(id: "c-1", symbol: Symbol("BRK.B")!)
        let asked = rest.request(BrokerCall(number: 1, kind: .order, order: order))
        #expect(asked.address.wire.hasSuffix("/v2/orders:by_client_order_id?client_order_id=c-1"))
        let cancel = rest.request(BrokerCall(number: 2, kind: .cancel, order: order, venueOrderId: "v-1"))
        #expect(cancel.method == .delete && cancel.address.path == "/v2/orders/v-1" && !cancel.isRepeatable)
        #expect(!"\(asked)".contains("K1234") && asked.redacted("S5678") == "…")
    }

    @Test("reads an order, and takes half a document for no answer")
    func answers() {
        let told = news(.submit, 200, Self.order)
        #expect(told.kind == .answered && told.call == 7 && told.orders[0].filled == Quantity(4))
        #expect(told.orders[0].at == Timestamp(seconds: 1_710_163_800) + Nanoseconds.second / 2)
        #expect(news(.submit, 200, String(Self.order.dropLast(40))).kind == .unknown)
        #expect(news(.submit, 200, "{}").kind == .unknown)
        #expect(news(.cancel, 204, "").kind == .answered)
    }

    @Test(
        "knows what is refused, what is limited, and what nobody knows",
        arguments: [
            (403, #"{"code":40310000,"message":"insufficient buying power"}"#, BrokerNewsKind.refused),
            (422, #"{"code":40010001,"message":"client_order_id must be unique"}"#, .duplicate),
            (401, "<html>nginx</html>", .refused), (404, #"{"message":"order not found"}"#, .notFound),
            (429, #"{"message":"too many requests."}"#, .limited), (500, "", .unknown), (504, "", .unknown),
            (408, "", .unknown),
        ])
    func outcomes(status: Int, body: String, kind: BrokerNewsKind) {
        #expect(news(.submit, status, body).kind == kind)
    }

    @Test("waits as long as it is told")
    func limits() {
        #expect(news(.order, 429, "", "17").retryAt == now + 17 * Nanoseconds.second)
        #expect(news(.order, 403, #"{"code":4,"message":"no"}"#).explanation == "no (4)")
    }

    @Test("reads what has been traded from the stream")
    func updates() throws {
        let text = #"""
            {"stream":"trade_updates","data":{"event":"partial_fill","execution_id":"e-1",
             "timestamp":"2024-03-11T13:30:00Z","price":"190.5","qty":"4","position_qty":"4","order":\#(Self.order)}}
            """#
        let news = try #require(try AlpacaDocument(Array(text.utf8)).update(now))
        #expect(news.activities.map(\.id) == ["e-1"] && news.activities[0].total == Quantity(4))
        #expect(news.activities[0].price == Price(units: 190_500_000) && news.orders[0].status == .working)
    }

    @Test("names the page of activities that follows by the last one's id")
    func pages() {
        let fill = { (number: Int) in
            #"{"id":"a-\#(number)","activity_type":"FILL","order_id":"v-1","symbol":"AAPL","side":"sell_short","#
                + #""qty":"1","price":"2","cum_qty":"\#(number)","transaction_time":"2024-03-11T13:30:00Z"}"#
        }
        let page = "[" + (1...100).map(fill).joined(separator: ",") + "]"
        let told = news(.activities, 200, page)
        #expect(told.next == "a-100" && told.activities.count == 100 && told.activities[0].side == .sell)
        #expect(news(.activities, 200, "[\(fill(1))]").next.isEmpty)
    }
}
