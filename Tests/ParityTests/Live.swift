import Backtesting
import Domain
import Exchange
import Strategies

@testable import Parity

/// An account that buys and holds one share for 1,000, traded through the desks against a venue that may be another than
/// its settings say.
struct Live {
    struct Minute {
        var open: Int
        var close: Int
    }

    static let day = CivilDate(2024, 3, 5)
    private static let opens = day.midnightUTC + 14 * 60 * Nanoseconds.minute + 30 * Nanoseconds.minute
    private static let symbol = Symbol("S0") ?? Symbol()

    /// Decided at the end of the first minute, bought at the open of the second.
    static let jump = [(10, 10), (10, 10), (11, 12), (12, 12), (12, 12)].map { Minute(open: $0, close: $1) }
    static let climb = [(10, 10), (10, 10), (10, 10), (11, 11), (12, 12)].map { Minute(open: $0, close: $1) }
    static let flat = [(10, 10), (10, 10), (10, 10), (10, 10)].map { Minute(open: $0, close: $1) }

    /// Up by a fifth, and down again below where it began.
    static let hill = [
        (10, 10), (10, 10), (10, 11), (11, 12), (12, 12), (12, 11), (11, 10), (10, 9), (9, 9), (9, 10),
        (10, 10),
    ].map { Minute(open: $0, close: $1) }

    let plan: DeskPlan
    let record: LiveRecord

    /// `settings` are what was traded with, `venue` is what the venue was beside what they say.
    init(
        _ minutes: [Minute], byHand quantity: Int = 0, isHalted: Bool = false,
        as settings: BacktestSettings = BacktestSettings(),
        _ venue: (inout BacktestSettings) throws -> Void = { _ in }
    ) throws {
        plan = try Live.plan(settings)
        var venues = settings
        try venue(&venues)
        let model = try Live.plan(venues)
        var chain = try DeskChain(plan)
        let exchange = ExchangeDesk(model.exchange)
        var number: UInt64 = 0
        var instants: [LiveRecord.Instant] = []
        var requests: [Message] = []
        var asked: [Message] = []
        var equities: [(at: Timestamp, equity: Money)] = []
        for var instant in LiveRecord([], requests: [], equities: []).with(Live.table(minutes)).instants {
            let step = Message(
                topic: .step(.market, of: "feed.1"), sentAt: instant.at, body: .step(Step(time: instant.at)))
            var outbox = Outbox()
            for message in requests { exchange.receive(message, at: message.sentAt, &outbox) }
            for message in instant.bars + [step] { exchange.receive(message, at: instant.at, &outbox) }
            var bodies = outbox.items.map(\.body)
            if quantity > 0, instants.count == 2 { bodies.append(Live.stranger(quantity, at: instant.at)) }
            instant.venue = bodies.map {
                number += 1
                let topic: Topic = if case .account = $0 { .funds("test") } else { .broker("test") }
                return Message(topic: topic, number: number, epoch: 1, sentAt: instant.at, body: $0)
            }
            if isHalted, instants.count == 2 { instant.told = Live.halt(at: instants[1].at) }
            let sent = chain.take(instant.venue, instant.bars, step, instant.told)
            requests = sent.filter { if case .venueRequest = $0.body { true } else { false } }
            asked += requests
            for message in sent {
                if case .account(let account) = message.body { equities.append((instant.at, account.equity)) }
            }
            instants.append(instant)
        }
        record = LiveRecord(instants, requests: asked, equities: equities)
    }

    func parity(known: [Minute]? = nil) throws -> DayParity {
        try DayParity(record, plan, model: plan, known: known.map { Live.table($0) }, on: Live.day)
    }

    private static func plan(_ settings: BacktestSettings) throws -> DeskPlan {
        var settings = settings
        settings.account = "test"
        settings.cash = Money(1_000)
        let strategy = Participant(BuyAndHold.self, try Arguments([], of: "buy-and-hold"))
        return try DeskPlan(settings, [strategy], symbols: [symbol], span: Nanoseconds.minute)
    }

    private static func table(_ minutes: [Minute]) -> BarTable {
        var table = BarTable()
        for (place, minute) in minutes.enumerated() {
            let opens = opens + Int64(place) * Nanoseconds.minute
            table.append(
                Bar(
                    symbol: symbol, span: Nanoseconds.minute, openedAt: opens, open: Price(minute.open),
                    high: Price(max(minute.open, minute.close)), low: Price(min(minute.open, minute.close)),
                    close: Price(minute.close), volume: Volume(1_000)), closingAt: opens + Nanoseconds.minute)
        }
        return table
    }

    private static func stranger(_ quantity: Int, at moment: Timestamp) -> Body {
        let fill = Fill(
            id: "x1", orderId: "external", account: "test", symbol: symbol, quantity: Quantity(quantity),
            price: Price(11), at: moment)
        return .brokerReport(
            BrokerReport(
                kind: .filled, account: "test", orderId: "external", fill: fill, at: moment, symbol: symbol))
    }

    private static func halt(at moment: Timestamp) -> DeskChain.Told {
        func told(_ service: String) -> [Message] {
            let command = Command(
                id: "1", verb: "halt", arguments: ["close"], who: "ann", why: "the news", at: moment)
            return [
                Message(
                    topic: Topic("control/command/\(service)/ann"), number: 1, epoch: 1, sentAt: moment,
                    body: .command(command))
            ]
        }
        return DeskChain.Told(risk: told("risk"), execution: told("execution"))
    }

    /// A limit to buy at 9 that a bar touches, and that trades or not.
    static func touched(trades: Bool) -> LiveRecord {
        let minutes = [(10, 10), (10, 9), (10, 10)].map { Minute(open: $0, close: $1) }
        var instants = LiveRecord([], requests: [], equities: []).with(table(minutes)).instants
        var order = Order(id: String(repeating: "a", count: 32), account: "test", symbol: symbol)
        order.kind = .limit
        order.quantity = Quantity(1)
        order.limit = Price(9)
        let sent = instants[0].at
        func report(_ kind: ReportKind, _ at: Timestamp, _ fill: Fill? = nil) -> Message {
            Message(
                topic: .broker("test"), sentAt: at,
                body: .brokerReport(
                    BrokerReport(kind: kind, account: "test", orderId: order.id, fill: fill, at: at)))
        }
        instants[0].venue = [report(.accepted, sent)]
        if trades {
            let fill = Fill(
                id: "1", orderId: order.id, symbol: symbol, quantity: Quantity(1), price: Price(9),
                at: instants[1].at)
            instants[1].venue = [report(.filled, instants[1].at, fill)]
        }
        let request = Message(
            topic: .venue("test"), sentAt: sent, body: .venueRequest(VenueRequest(order: order)))
        return LiveRecord(instants, requests: [request], equities: [])
    }
}
