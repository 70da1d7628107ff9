import Domain
import TWS
import Testing

@testable import BrokerEdges

/// The edge's side of a conversation, and a gateway that says what a test puts into its mouth.
struct Talking {
    var talk: GatewayTalk
    var now = Timestamp(seconds: 1_710_163_800)
    private var calls: UInt64 = 0

    init(_ numbers: OrderNumbers = OrderNumbers(), account: String = "") {
        var plan = GatewayTalk.Plan()
        plan.account = account
        talk = GatewayTalk(plan, numbers)
    }

    mutating func say(_ lines: String...) throws {
        for line in lines {
            let message = line.utf8.map { $0 == UInt8(ascii: "|") ? 0 : $0 }
            talk.hear(try TWSAnswer(message, version: 178), at: now)
        }
    }

    mutating func connect(next: Int = 1) throws {
        talk.begin(at: now)
        try say("15|1|DU100|", "9|1|\(next)|")
        try roll()
    }

    /// Answers the questions about all orders of the day.
    mutating func roll(_ lines: String...) throws {
        let request = try #require(talk.question?.request)
        for line in lines { try say(line.replacing("REQUEST", with: "\(request)")) }
        try say("53|1|", "102|", "55|1|\(request)|")
        talk.requests = []
    }

    @discardableResult
    mutating func carry(_ kind: BrokerCallKind, _ order: Order) -> UInt64 {
        calls += 1
        talk.carry(BrokerCall(number: calls, kind: kind, order: order, at: now), at: now)
        talk.askNext(at: now)
        return calls
    }

    mutating func news() -> [BrokerNews] { talk.takeNews() }
}

enum Said {
    static let order = Order(
        id: "one", symbol: Symbol("AAA")!, kind: .limit, quantity: Quantity(10), limit: Price(100))
    static let other = Order(
        id: "two", symbol: Symbol("BBB")!, kind: .limit, quantity: Quantity(5), limit: Price(50))

    static func status(_ number: Int, _ word: String, _ filled: Int = 0, permanent: Int = 900) -> String {
        "3|\(number)|\(word)|\(filled)|\(10 - filled)|0|\(permanent)|0|0|70||0|"
    }

    static func execution(
        _ id: String, _ quantity: Int, total: Int, number: Int = 1, request: String = "-1",
        price: String = "100"
    ) -> String {
        "11|\(request)|\(number)|7|AAA|STK||0|||SMART|USD|AAA|NMS|\(id)|20240311 09:30:00 US/Eastern|DU100|NASDAQ|BOT|"
            + "\(quantity)|\(price)|900|70|0|\(total)|100|one|||||2|0|"
    }

    static func completed(_ status: String, filled: Int) -> String {
        "101|4705|AAA|STK||0|||SMART|USD|AAA|NMS|BUY|10|LMT|100|0.0|GTC||DU100||0|one|900|0|0|0||||||||||0||-1||||||0|0|0||0|"
            + "0||0|None||0|0|0||0|0||||0|0|0|||||||0|0||0|\(status)|0|0|0|||0|0|0||\(filled)|0|0||0|0|0|"
            + "20240311 09:30:00 US/Eastern|by its owner|"
    }

    static func cost(_ id: String) -> String { "59|1|\(id)|0.35|USD|||0|" }
}

@Suite("Talking to a gateway")
struct GatewayTalkTests {
    @Test(
        "it obeys once it has told of the day's orders, and an order's number is to be on disk before it leaves"
    )
    func submit() throws {
        var edge = Talking()
        edge.talk.begin(at: edge.now)
        try edge.say("15|1|DU100|", "9|1|41|")
        edge.carry(.submit, Said.order)
        #expect(edge.talk.urgent.isEmpty && edge.news().isEmpty)
        try edge.roll()
        #expect(edge.news().map(\.kind) == [.connected])
        guard case .place(let placed)? = edge.talk.nextRequest() else { return #expect(Bool(false)) }
        #expect(placed.id == 41 && placed.reference == "one" && placed.account == "DU100")
        #expect(String(decoding: edge.talk.numbers.unwritten, as: UTF8.self).contains("order 41 one "))
        try edge.say(Said.status(41, "PreSubmitted"))
        let news = edge.news()
        #expect(news.map(\.kind) == [.answered] && news[0].orders.map(\.venueOrderId) == ["900"])
        // The same word again is nothing new; another one is.
        try edge.say(Said.status(41, "PreSubmitted"), Said.status(41, "Cancelled"))
        #expect(edge.news().map { $0.orders.map(\.status) } == [[.cancelled]])
    }

    @Test(
        "errors are refusals, doubts, words about an end, or nothing",
        arguments: [
            (201, BrokerNewsKind.refused), (110, .refused), (200, .refused), (103, .duplicate), (399, nil),
            (202, nil),
            (2109, nil),
        ] as [(Int, BrokerNewsKind?)])
    func errors(code: Int, kind: BrokerNewsKind?) throws {
        var edge = Talking()
        try edge.connect()
        _ = edge.news()
        edge.carry(.submit, Said.order)
        try edge.say("4|2|1|\(code)|because||")
        let news = edge.news()
        #expect(news.map(\.kind) == (kind.map { [$0] } ?? []))
        #expect(news.allSatisfy { $0.explanation == "because (\(code))" })
    }

    @Test("a refusal that comes after the order was taken is its end, with the broker's words")
    func lateRefusal() throws {
        var edge = Talking()
        try edge.connect()
        edge.carry(.submit, Said.order)
        try edge.say(Said.status(1, "Submitted"))
        _ = edge.news()
        try edge.say("4|2|1|201|no margin||", Said.status(1, "Inactive"))
        let told = edge.news().flatMap(\.orders)
        #expect(told.map(\.status) == [.rejected] && told[0].explanation == "no margin (201)")
    }

    @Test(
        "an order without an answer is unknown; it leaves again only where it never came, and under another number"
    )
    func unknown() throws {
        var edge = Talking()
        try edge.connect()
        edge.carry(.submit, Said.order)
        edge.carry(.submit, Said.other)
        _ = edge.news()
        edge.now = edge.now + 11 * Nanoseconds.second
        edge.talk.pass(at: edge.now)
        #expect(edge.talk.failure?.contains("order 1") == true)
        edge.talk.lose("it broke", at: edge.now)
        #expect(edge.news().map(\.kind) == [.unknown, .unknown, .lost] && edge.talk.failure == nil)
        // The gateway has counted the first, and not the second.
        try edge.connect(next: 2)
        _ = edge.news()
        // Neither leaves before it is known where it is.
        edge.carry(.submit, Said.order)
        #expect(edge.news().map(\.kind) == [.duplicate] && edge.talk.urgent.isEmpty)
        let (first, second) = (edge.carry(.order, Said.order), edge.carry(.order, Said.other))
        try edge.roll()
        try edge.roll()
        let answers = edge.news().filter { $0.call > 0 }
        #expect(answers.map(\.call) == [first, second] && answers.map(\.kind) == [.forgotten, .notFound])
        edge.carry(.submit, Said.other)
        guard case .place(let placed)? = edge.talk.nextRequest() else { return #expect(Bool(false)) }
        #expect(placed.id == 3 && placed.reference == "two")
    }

    @Test("what never came on an earlier day is not known to be so: the gateway's word is that of its day")
    func yesterday() throws {
        var numbers = OrderNumbers()
        numbers.greet(1, account: "DU100", at: dayBefore)
        _ = numbers.give("one", at: dayBefore)
        var edge = Talking(numbers)
        try edge.connect(next: 1)
        _ = edge.news()
        edge.carry(.order, Said.order)
        try edge.roll()
        #expect(edge.news().map(\.kind) == [.forgotten])
    }

    private let dayBefore = Timestamp(seconds: 1_710_163_800 - 86_400)

    @Test(
        "after everything was lost an order is found by our id, open, ended or traded, and is not sent again")
    func lostAll() throws {
        for line in [
            Said.completed("Filled", filled: 10), Said.completed("Inactive", filled: 10),
            Said.execution("e.1.01", 10, total: 10, request: "REQUEST"),
        ] {
            var edge = Talking()
            edge.talk.begin(at: edge.now)
            try edge.say("15|1|DU100|", "9|1|1|")
            try edge.roll(line)
            _ = edge.news()
            edge.carry(.submit, Said.order)
            #expect(edge.news().map(\.kind) == [.duplicate] && edge.talk.urgent.isEmpty)
            edge.carry(.order, Said.order)
            try edge.roll(line)
            let told = try #require(edge.news().filter { $0.call > 0 }.flatMap(\.orders).first)
            #expect(told.orderId == "one" && told.filled == Quantity(10) && told.venueOrderId == "900")
            #expect(line.hasPrefix("11") == (told.status == .working))
        }
    }

    @Test(
        "an execution is told with what it cost, once it is known or has been waited for; a late cost is a charge"
    )
    func executions() throws {
        var edge = Talking()
        try edge.connect()
        edge.carry(.submit, Said.order)
        try edge.say(Said.status(1, "Submitted"))
        _ = edge.news()
        try edge.say(Said.execution("0001.02.01", 4, total: 4))
        #expect(edge.news().flatMap(\.activities).isEmpty)
        try edge.say(Said.cost("0001.02.01"))
        var told = edge.news().flatMap(\.activities)
        #expect(
            told.map(\.id) == ["0001.02"] && told[0].amount == Money(units: -350_000)
                && told[0].total == Quantity(4))
        try edge.say(Said.execution("0001.03.01", 6, total: 10))
        edge.now = edge.now + Nanoseconds.second
        edge.talk.pass(at: edge.now)
        told = edge.news().flatMap(\.activities)
        #expect(told.map(\.id) == ["0001.03"] && told[0].amount == .zero)
        try edge.say(Said.cost("0001.03.01"), Said.cost("0001.03.01"))
        told = edge.news().flatMap(\.activities)
        #expect(
            told.map(\.id) == ["commission:0001.03"] && told[0].venueOrderId.isEmpty && told[0].kind == "FEE")
    }

    @Test("of an execution that was corrected the last word counts, under the same id")
    func corrected() throws {
        var edge = Talking()
        try edge.connect()
        _ = edge.news()
        edge.carry(.activities, Said.order)
        let request = try #require(edge.talk.question?.request)
        for (id, price) in [("0001.02.01", "100"), ("0001.02.02", "99"), ("0001.02.01", "100")] {
            try edge.say(Said.execution(id, 4, total: 4, request: "\(request)", price: price), Said.cost(id))
        }
        try edge.say("55|1|\(request)|")
        let told = edge.news().flatMap(\.activities)
        #expect(told.map(\.id) == ["0001.02"] && told.map(\.price) == [Price(99)])
    }

    @Test("a cancellation is confirmed, refused, or overtaken by a fill")
    func cancel() throws {
        for (line, kind) in [
            (Said.status(1, "PendingCancel"), BrokerNewsKind.answered), ("4|2|1|202|done||", .answered),
            ("4|2|1|10148|cannot||", .refused), (Said.status(1, "Filled", 10), .refused),
        ] {
            var edge = Talking()
            try edge.connect()
            edge.carry(.submit, Said.order)
            try edge.say(Said.status(1, "Submitted"))
            _ = edge.news()
            let call = edge.carry(.cancel, Said.order)
            #expect(edge.talk.urgent.last == .cancel(order: 1))
            try edge.say(line)
            #expect(edge.news().filter { $0.call == call }.map(\.kind) == [kind])
        }
    }

    @Test("while the gateway has lost its way to the broker nothing leaves, and nothing is taken for refused")
    func outage() throws {
        var edge = Talking()
        try edge.connect()
        _ = edge.news()
        try edge.say("4|2|-1|1100|lost||")
        edge.carry(.submit, Said.order)
        edge.carry(.order, Said.order)
        #expect(edge.news().map(\.kind) == [.lost, .limited, .unknown] && edge.talk.urgent.isEmpty)
        #expect(edge.talk.numbers.entry(of: "one") == nil)
        try edge.say("4|2|-1|1102|again||")
        edge.carry(.submit, Said.order)
        #expect(edge.news().map(\.kind) == [.connected] && edge.talk.urgent.count == 1)
        // A question that is under way would be answered too late: the gateway is left.
        edge.carry(.positions, Said.order)
        try edge.say("4|2|-1|1100|lost||")
        #expect(edge.talk.failure == "lost (1100)")
    }

    @Test("a gateway of another account, on paper or not, or of several, is not talked to")
    func accounts() throws {
        var stamped = OrderNumbers()
        stamped.greet(1, account: "DU7", at: dayBefore)
        for (numbers, named, has, word) in [
            (OrderNumbers(), "", "DU100,DU200", "broker.account"),
            (OrderNumbers(), "DU9", "DU100", "broker.account"),
            (OrderNumbers(), "", "U100", "no account on paper"), (stamped, "", "DU100", "DU7"),
            (OrderNumbers(), "", "DU 1", "kept"),
        ] {
            var edge = Talking(numbers, account: named)
            edge.talk.begin(at: edge.now)
            try edge.say("15|1|\(has)|", "9|1|1|")
            #expect(edge.talk.failure?.contains(word) == true)
            #expect(edge.talk.question == nil && edge.talk.requests.isEmpty)
        }
    }

    @Test("positions, cash, the clock and symbols are told as they are for the account")
    func questions() throws {
        var edge = Talking()
        try edge.connect()
        _ = edge.news()
        edge.carry(.positions, Said.order)
        edge.carry(.clock, Said.order)
        try edge.say(
            "61|3|DU100|7|AAA|STK||0||||USD|AAA|NMS|13|100.5|", "61|3|DU2|7|BBB|STK||0||||USD|BBB|NMS|9|1|",
            "61|3|DU100|8|ES|FUT||0||||USD|ES|ES|1|1|", "62|1|")
        try edge.say("49|1|1710163800|")
        edge.carry(.funds, Said.order)
        let request = try #require(edge.talk.question?.request)
        for (tag, value) in [
            ("TotalCashValue", "1000.5"), ("NetLiquidation", "2000"), ("BuyingPower", "4000"),
        ] {
            try edge.say("63|1|\(request)|DU100|\(tag)|\(value)|USD|")
        }
        try edge.say("64|1|\(request)|")
        edge.carry(.asset, Said.order)
        try edge.say("4|2|\(request + 1)|200|no security definition||")
        let news = edge.news()
        #expect(news.map(\.kind) == [.answered, .answered, .answered, .notFound])
        #expect(
            news[0].positions.map(\.symbol) == [Symbol("AAA")!]
                && news[0].positions[0].quantity == Quantity(13))
        let close = try Timestamp("2024-03-11T20:00:00Z")
        #expect(news[1].clock?.isOpen == true && news[1].clock?.nextClose == close)
        let funds = Account(cash: try Money("1000.5"), equity: Money(2000), buyingPower: Money(4000))
        #expect(news[2].funds == funds)
    }

    @Test(
        "orders in the words of TWS",
        arguments: [
            (OrderKind.market, "MKT", "DAY"), (.limit, "LMT", "DAY"), (.stop, "STP", "DAY"),
            (.stopLimit, "STP LMT", "DAY"), (.trailingStop, "TRAIL", "DAY"), (.marketOnOpen, "MKT", "OPG"),
            (.limitOnOpen, "LMT", "OPG"), (.marketOnClose, "MOC", "DAY"), (.limitOnClose, "LOC", "DAY"),
        ])
    func words(kind: OrderKind, type: String, time: String) {
        var order = Order(
            id: "one", symbol: Symbol("BRK.B")!, side: .sell, kind: kind, quantity: Quantity(3),
            limit: Price(9),
            stop: Price(8))
        if kind == .trailingStop { (order.limit, order.stop, order.trailShare) = (nil, nil, 0.025) }
        let told = GatewayOrders.order(order, number: 4, account: "DU1")
        #expect(told.type == type && told.time == time && !told.isBuy && told.contract.symbol == "BRK B")
        #expect(told.auxiliary == (kind == .stop || kind == .stopLimit ? Price(8) : nil))
        #expect(told.trailingPercent == (kind == .trailingStop ? Price(units: 2_500_000) : nil))
    }
}
