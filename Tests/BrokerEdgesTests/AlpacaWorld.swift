import AlpacaVenue
import Brokers
import Domain
import Exchange
import HTTP
import Testing

@testable import BrokerEdges

/// A desk and its edge at the simulated exchange behind Alpaca's interface, in Alpaca's own words, with a line between them
/// that loses what it is told to lose.
struct AlpacaWorld {
    enum Fault {
        case requestLost, answerLost
    }

    let venue: Venue
    let rest = AlpacaRest(url: "http://venue", key: "k", secret: "s")
    var machine: DeskMachine<BrokerDesk>
    var faults: [Fault] = []
    var calls: [BrokerCall] = []
    var reports: [BrokerReport] = []
    var alarms: [Alarm] = []
    var standing = BrokerCall(kind: .standing)
    /// What was sent, by its method and path.
    var said: [String] = []
    var isListening = true
    private var wakeAt = Timestamp.distantFuture
    private var market = Timestamp(seconds: 1_710_165_600)
    private var numbers: UInt64 = 0
    private var stepped = 0

    init() throws {
        var fixed = MarketSetup(
            .fixed([
                (symbol: Symbol("AAPL")!, price: Price(100)), (symbol: Symbol("MSFT")!, price: Price(50)),
            ]),
            begin: market, spread: Price(units: 20_000))
        (fixed.historySessions, fixed.isContinuous) = (3, true)
        var rules = ExchangeRules()
        (rules.fill, rules.hours) = (.quote, .continuous)
        let account = VenueSetup.Account(key: "k", secret: "s", cash: Money(100_000))
        venue = try Venue(VenueSetup(accounts: [account], market: fixed, rules: rules, seed: 1))
        var setup = BrokerSetup(
            account: "paper", symbols: [Symbol("AAPL")!, Symbol("MSFT")!], cash: Money(100_000))
        setup.skewMax = 0
        machine = DeskMachine(setup)
        tell(BrokerNews(kind: .began, at: venue.now))
        tell(BrokerNews(kind: .connected, at: venue.now))
        try run()
        try pass(5)
    }

    // MARK: What the desk takes and sends

    mutating func receive(_ body: Body, on topic: Topic) {
        numbers += 1
        var outbox = Outbox()
        machine.receive(
            Message(topic: topic, number: numbers, epoch: 1, sentAt: market, body: body), at: market, &outbox)
        for item in outbox.items {
            switch item.body {
            case .brokerCall(let call) where call.kind == .wake: wakeAt = call.at
            case .brokerCall(let call) where call.kind == .standing: standing = call
            case .brokerCall(let call): calls.append(call)
            case .brokerReport(let report) where !report.isOfBroker: reports.append(report)
            case .alarm(let alarm): alarms.append(alarm)
            default: break
            }
        }
    }

    mutating func tell(_ news: BrokerNews) { receive(.brokerNews(news), on: .brokerNews) }

    mutating func ask(_ verb: VenueVerb, _ order: Order, replaces: String = "") {
        receive(
            .venueRequest(VenueRequest(verb: verb, order: order, replaces: replaces)),
            on: Topic("trading/venue/paper"))
    }

    mutating func step() -> [BrokerReport] {
        market = market + Nanoseconds.second
        receive(.step(Step(time: market)), on: Topic("market/step/feed.1"))
        defer { stepped = reports.count }
        return Array(reports[stepped...])
    }

    // MARK: What goes on

    /// What is asked is answered, and what the stream says is heard, until nothing more comes of it.
    mutating func run() throws {
        while true {
            if !calls.isEmpty {
                try carry(calls.removeFirst())
            } else if !venue.news.isEmpty {
                try hear(venue.news.removeFirst())
            } else {
                return
            }
        }
    }

    private mutating func carry(_ call: BrokerCall) throws {
        let fault = call.kind == .submit && !faults.isEmpty ? faults.removeFirst() : nil
        let lost = HTTPFault(.cutShort, "it broke")
        if fault == .requestLost { return tell(rest.news(of: call, .failure(lost), at: venue.now)) }
        let answer = obey(call)
        tell(rest.news(of: call, fault == nil ? .success(answer) : .failure(lost), at: venue.now))
    }

    /// Lets the venue have a request.
    @discardableResult
    mutating func obey(_ call: BrokerCall) -> HTTPResponse {
        let request = rest.request(call)
        said.append("\(request.method.rawValue) \(request.address.path)")
        let asked = AlpacaRequest(
            request.method.rawValue, request.address.path,
            query: request.address.query.map { ($0.name, $0.value) }, key: "k", secret: "s",
            body: request.body)
        let answer = venue.answer(asked)
        return HTTPResponse(status: answer.status, body: answer.document?.json ?? [])
    }

    private mutating func hear(_ news: News) throws {
        guard case .update(_, let message) = news, isListening else { return }
        let document = try AlpacaDocument(message.bytes(packed: false))
        if let update = try document.update(venue.now) { tell(update) }
    }

    mutating func pass(_ seconds: Int) throws {
        let end = venue.now + Int64(seconds) * Nanoseconds.second
        while venue.now < end {
            try venue.pass(to: min(end, venue.now + Nanoseconds.second / 2))
            if wakeAt <= venue.now {
                wakeAt = .distantFuture
                tell(BrokerNews(kind: .time, at: venue.now))
            }
            try run()
        }
    }

    mutating func move(_ symbol: String, to price: String) throws {
        let body = Array(#"{"\#(symbol)":"\#(price)"}"#.utf8)
        let answer = venue.administer(AlpacaRequest("POST", "/admin/price", body: body)) {
            try venue.pass(to: $0)
        }
        #expect(answer.status == 200)
        try run()
    }

    mutating func die() throws {
        var fresh = DeskMachine<BrokerDesk>(machine.setup)
        try fresh.restore(machine.snapshot(), version: BrokerDesk.snapshotVersion)
        machine = fresh
        (calls, venue.news, wakeAt) = ([], [], .distantFuture)
        tell(BrokerNews(kind: .began, at: venue.now))
        tell(BrokerNews(kind: .connected, at: venue.now))
    }
}
