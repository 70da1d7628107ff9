import Domain
import HTTP
import TWS
import Testing

@testable import RemoteProviders

@Suite("Interactive Brokers' gateway, as a provider")
struct InteractiveBrokersTests {
    private let symbol = Symbol("AAPL")!
    private let now = Timestamp(seconds: 1_710_200_000)

    private func gateway(splits: [CorporateAction]? = []) -> InteractiveBrokers {
        var gateway = InteractiveBrokers(host: "h", port: 1, client: 2, rates: [])
        if let splits { gateway.splits[symbol] = splits }
        return gateway
    }

    private func message(_ text: String) -> [UInt8] { text.utf8.map { $0 == UInt8(ascii: "|") ? 0 : $0 } }

    private func answer(_ texts: String...) -> HTTPResponse {
        HTTPResponse(status: 200, body: texts.flatMap { TWSFrames.framed(message($0)) })
    }

    private func wanted(_ first: CivilDate, _ last: CivilDate, _ span: Interval = .day) -> HistoryWanted {
        HistoryWanted(symbols: [symbol], span: span, days: first...last, now: now)
    }

    @Test("prices before a split are made raw")
    func raw() throws {
        let split = ActionWire.split(symbol, on: CivilDate(2024, 3, 5), 4, 1)
        var inquiry = gateway(splits: [split]).history(wanted(CivilDate(2024, 3, 4), CivilDate(2024, 3, 5)))
        let question = try #require(inquiry.question)
        #expect(
            String(decoding: question.body, as: UTF8.self).contains(
                "\u{0}20240306-05:00:00\u{0}1 day\u{0}2 D\u{0}"))
        try inquiry.take(
            answer("17|1|a|b|2|20240304|25.0025|26|24|25.25|4000|25|7|20240305|25.5|26|25|25.75|1000|25|8|"))
        #expect(inquiry.bars.map(\.open) == [try Price("100.01"), try Price("25.5")])
        #expect(inquiry.bars.map(\.volume) == [Volume(1000), Volume(1000)])
        #expect(inquiry.bars.map(\.trades) == [7, 8] && inquiry.question == nil)
    }

    @Test("without splits nothing but today is asked for or taken")
    func unknownSplits() throws {
        let unknowing = gateway(splits: nil)
        let past = wanted(CivilDate(2024, 3, 8), CivilDate(2024, 3, 11))
        #expect(unknowing.objection(to: past)?.contains("splits") == true)
        #expect(gateway().objection(to: past) == nil)
        #expect(unknowing.objection(to: wanted(CivilDate(2024, 3, 11), CivilDate(2024, 3, 11))) == nil)
        var inquiry = unknowing.history(past)
        try inquiry.take(answer("17|1|a|b|2|20240308|1|1|1|1|4|1|1|20240311|2|2|2|2|4|2|1|"))
        #expect(inquiry.bars.map(\.close) == [Price(2)])
    }

    @Test(
        "notices are what they mean",
        arguments: [
            ("4|2|1|162|query: pacing violation||", ProviderFault.Kind.limited(until: nil)),
            ("4|2|1|200|no such||", .unknown),
            ("4|2|1|321|wrong||", .unsupported), ("4|2|1|354|not subscribed||", .refused),
            ("4|2|1|162|query cancelled||", .unreachable), ("17|1|a|b|1|20240308|1|1|many|1|4|1|1|", .wrong),
            ("17|1|a|b|9|20240308|1|1|", .wrong), ("17|1|a|b|1|yesterday|1|1|1|1|4|1|1|", .wrong),
        ])
    func notices(text: String, kind: ProviderFault.Kind) {
        var inquiry = gateway().history(wanted(CivilDate(2024, 3, 8), CivilDate(2024, 3, 8)))
        do {
            try inquiry.take(answer(text))
            Issue.record("it was taken: \(text)")
        } catch {
            #expect(error.kind == kind && !error.description.contains("\n"))
        }
        #expect(inquiry.question != nil)
    }

    @Test("that there is no data is an answer")
    func nothing() throws {
        var inquiry = gateway().history(wanted(CivilDate(2024, 3, 8), CivilDate(2024, 3, 8)))
        try inquiry.take(answer("4|2|1|162|HMDS query returned no data: AAPL||"))
        #expect(inquiry.bars.isEmpty && inquiry.question == nil)
    }

    @Test("a range is asked for as far as a question may reach, and not where nothing was traded")
    func pieces() throws {
        let days = CivilDate(2024, 3, 7)...CivilDate(2024, 3, 12)
        #expect(gateway().pieces(of: days, span: try Interval("1m")).map(\.lowerBound.day) == [7, 8, 11, 12])
        #expect(gateway().pieces(of: days, span: try Interval("5m")) == [days])
        let decade = CivilDate(2014, 1, 2)...CivilDate(2023, 12, 29)
        #expect(gateway().pieces(of: decade, span: .day).count == 10)
        #expect(gateway().objection(to: wanted(days.lowerBound, days.upperBound, try Interval("7m"))) != nil)
    }

    @Test("a snapshot is a quote, and no price is no side")
    func quotes() throws {
        var inquiry = gateway().quotes(of: [symbol])
        try inquiry.take(
            answer(
                "1|6|1|1|189.99|3|1|", "1|6|1|2|-1|0|1|", "1|6|1|4|190|1|0|", "46|6|1|45|1710190000|",
                "57|1|1|"))
        #expect(
            inquiry.quotes == [
                MarketQuote(
                    symbol: symbol, at: Timestamp(seconds: 1_710_190_000), bid: try Price("189.99"), ask: nil,
                    last: Price(190))
            ])
    }

    @Test("the stream's minutes are over when the next one is told of, and quotes have both sides")
    func stream() throws {
        var talk = gateway().stream(StreamWanted(symbols: [symbol], channels: [.bars, .quotes]))
        #expect(!talk.isSubscribed)
        let said = talk.opened().map {
            String(decoding: $0.bytes, as: UTF8.self).split(separator: "\0").first
        }
        #expect(said == ["1", "20"])
        var events: [StreamEvent] = []
        func hear(_ text: String) throws {
            events += try talk.take(GatewayStream.dated(message(text), now), isText: false).events
        }
        try hear("1|6|1|1|189.99|3|1|")
        #expect(!talk.isSubscribed && events.isEmpty)
        try hear("17|2|a|b|1|1710163800|1|2|1|2|4|1|1|")
        #expect(talk.isSubscribed && events.isEmpty)
        try hear("1|6|1|2|190.01|4|1|")
        try hear("2|6|1|3|400|")
        try hear("90|2|3|1710163800|1|3|4|1|2|50|")
        try hear("90|2|1|1710163860|5|5|5|5|5|7|")
        // Of a minute that is over nothing is heard.
        try hear("90|2|9|1710163800|9|9|9|9|9|9|")
        var minute = Bar(
            symbol: symbol, span: Nanoseconds.minute, openedAt: Timestamp(seconds: 1_710_163_800))
        (minute.open, minute.high, minute.low, minute.close) = (Price(1), Price(4), Price(1), Price(3))
        (minute.volume, minute.trades) = (Volume(50), 3)
        let bid = try Price("189.99")
        let ask = try Price("190.01")
        #expect(
            events == [
                .quote(Quote(symbol: symbol, at: now, bid: bid, ask: ask, bidSize: .zero, askSize: .zero)),
                .quote(
                    Quote(symbol: symbol, at: now, bid: bid, ask: ask, bidSize: .zero, askSize: Volume(400))),
                .bar(minute),
            ])
        #expect(throws: ProviderFault.self) { try hear("4|2|-1|1100|Connectivity has been lost||") }
        #expect(throws: ProviderFault.self) { try hear("4|2|1|10167|Displaying delayed market data||") }
    }
}
