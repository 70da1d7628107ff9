import Domain
import Testing

@testable import Exchange

@Suite("The rules of the exchange on quotes and trades")
struct QuoteRuleTests {
    /// `Q bid ask bidSize askSize`, `T price size`, or `O` where the order is placed; one a second.
    struct Tape: CustomTestStringConvertible {
        var testDescription: String
        var queue: any QueueModel = NoQueue()
        var ticket: Ticket
        var events: [String]
        var expected: [String]
    }

    static let tapes = [
        Tape(
            testDescription: "a market order takes the far side, for no more than is shown",
            ticket: Floor.ticket(.buy, 30), events: ["Q 99 100 10 20", "O", "Q 99 101 10 50"],
            expected: ["1 trades 20 at 100", "1 trades 10 at 101"]),
        Tape(
            testDescription: "a limit that reaches the far side takes it",
            ticket: Floor.ticket(.sell, 5, .limit, limit: 98), events: ["Q 99 100 10 20", "O"],
            expected: ["1 trades 5 at 99"]),
        Tape(
            testDescription: "a resting limit trades at its price when the far side comes to it",
            ticket: Floor.ticket(.buy, 5, .limit, limit: 99),
            events: ["Q 99 100 10 20", "O", "Q 97 98 10 20"],
            expected: ["1 trades 5 at 99"]),
        Tape(
            testDescription: "without a queue a trade at the limit is a touch, one beyond it is not",
            ticket: Floor.ticket(.buy, 5, .limit, limit: 99),
            events: ["Q 99 100 10 20", "O", "T 99 100", "T 98.99 3"], expected: ["1 trades 3 at 99"]),
        Tape(
            testDescription: "risk averse: only trades move the order up", queue: RiskAverseQueue(),
            ticket: Floor.ticket(.buy, 5, .limit, limit: 99),
            events: ["Q 99 100 10 20", "O", "T 99 6", "Q 99 100 8 20", "T 99 3", "T 99 3", "T 99 9"],
            expected: ["1 trades 2 at 99", "1 trades 3 at 99"]),
        Tape(
            testDescription: "risk averse: no more is ahead than is shown", queue: RiskAverseQueue(),
            ticket: Floor.ticket(.buy, 5, .limit, limit: 99),
            events: ["Q 99 100 10 20", "O", "Q 99 100 2 20", "T 99 4"], expected: ["1 trades 2 at 99"]),
        Tape(
            testDescription: "volume: cancellations are spread over what is shown", queue: VolumeQueue(),
            ticket: Floor.ticket(.buy, 5, .limit, limit: 99),
            events: ["Q 99 100 10 20", "O", "Q 99 100 20 20", "Q 99 100 10 20", "T 99 6"],
            expected: ["1 trades 1 at 99"]),
        Tape(
            testDescription: "better than the best there is no queue", queue: RiskAverseQueue(),
            ticket: Floor.ticket(.buy, 5, .limit, limit: 99.5), events: ["Q 99 100 10 20", "O", "T 99.5 4"],
            expected: ["1 trades 4 at 99.5"]),
        Tape(
            testDescription: "a stop is triggered by a trade and takes the far side",
            ticket: Floor.ticket(.sell, 5, .stop, stop: 98),
            events: ["T 100 1", "Q 99 100 10 20", "O", "Q 97 98 10 20", "T 98 1"],
            expected: ["1 trades 5 at 97"]),
        Tape(
            testDescription: "where nothing trades, quotes trigger stops",
            ticket: Floor.ticket(.sell, 5, .stop, stop: 98),
            events: ["Q 99 100 10 20", "O", "Q 98 98.5 10 20"], expected: ["1 trades 5 at 98"]),
        Tape(
            testDescription: "fill or kill looks at what is shown",
            ticket: Floor.ticket(.buy, 30, .market, .fillOrKill), events: ["Q 99 100 10 20", "O"],
            expected: ["1 cancelled 30: notAtOnce"]),
    ]

    @Test("each rule", arguments: tapes)
    func tape(_ tape: Tape) throws {
        var rules = ExchangeRules()
        rules.margin.kind = .unlimited
        rules.fill = .quote
        rules.queue = tape.queue
        var floor = Floor(rules: rules)
        for event in tape.events {
            floor.now = floor.now + Nanoseconds.second
            let parts = event.split(separator: " ").map(String.init)
            switch parts[0] {
            case "Q":
                let quote = Quote(
                    at: floor.now, bid: try Price(parts[1]), ask: try Price(parts[2]),
                    bidSize: try Volume(parts[3]), askSize: try Volume(parts[4]))
                floor.exchange.take(quote, of: Floor.symbol, &floor.reports)
            case "T":
                let trade = Trade(at: floor.now, price: try Price(parts[1]), size: try Volume(parts[2]))
                floor.exchange.take(trade, of: Floor.symbol, &floor.reports)
            default:
                var ticket = tape.ticket
                ticket.tag = 1
                floor.exchange.submit(ticket, at: floor.now, &floor.reports)
            }
        }
        let said = floor.words()
        #expect(said == tape.expected)
    }

    @Test("told to misbehave, the exchange does, the same way for the same seed")
    func mischief() throws {
        func run(_ change: (inout Mischief) -> Void) throws -> [Report] {
            var rules = ExchangeRules()
            rules.margin.kind = .unlimited
            var mischief = Mischief()
            change(&mischief)
            rules.mischief = mischief
            var floor = Floor(rules: rules)
            floor.take(try Floor.candle("100 100 100 100", at: 0))
            floor.place(.buy, 5)
            floor.place(.buy, 5, .limit, limit: 90)
            floor.take(try Floor.candle("101 101 101 101", at: 1))
            floor.cancel(2)
            return floor.reports
        }
        let honest = try run { _ in }
        #expect(honest.map(\.kind) == [.accepted, .accepted, .filled, .cancelled])
        #expect(try run { $0.reject = 1 }.map(\.reason) == [.mischief, .mischief, .unknownOrder])
        #expect(try run { $0.duplicateFill = 1 }.filter { $0.kind == .filled }.map(\.execution) == [1, 1])
        #expect(try run { $0.missingFill = 1 }.allSatisfy { $0.kind != .filled })
        let late = try run { $0.lateFill = 1 }[2]
        #expect(late.knownAt == late.at + Nanoseconds.minute)
        #expect(
            try run { $0.fillAfterCancel = 1 }.map(\.kind) == [
                .accepted, .accepted, .filled, .cancelled, .filled,
            ])
        #expect(try run { $0.disconnect = 1 }[0].knownAt == honest[0].at + Nanoseconds.minute)
        #expect(try run { $0.reject = 0.5 } == run { $0.reject = 0.5 })
    }

    @Test("models are found by name, and a wrong name or figure says what would be right")
    func models() throws {
        #expect(try Models.slippage("atr", [("k", 0.2)]) is RangeSlippage)
        #expect(try Models.queue("risk_averse") is RiskAverseQueue)
        for wrong in [
            { _ = try Models.commission("free") },
            { _ = try Models.commission("per_share", [("minimum", -1)]) },
            { _ = try Models.latency("constant", [("ms", 1)]) },
        ] as [() throws -> Void] {
            let error = #expect(throws: ModelError.self) { try wrong() }
            #expect(error?.description.hasSuffix("would be right.") == true)
        }
    }
}
