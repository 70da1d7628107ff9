import Domain
import HTTP
import Testing

@testable import RemoteProviders

@Suite("Alpaca's stream")
struct AlpacaStreamTests {
    private static let apple = Symbol("AAPL")!
    private static let all = Set(StreamWanted.Channel.allCases)

    private func talk(
        packed: Bool = false, symbols: [String] = ["AAPL"], channels: Set<StreamWanted.Channel> = all
    )
        -> any StreamTalk
    {
        let alpaca = Alpaca(
            url: "http://a", tradingURL: "http://t", key: "KEY", secret: "SECRET", feed: "iex", rates: [],
            streamURL: "wss://s.example", streamFeed: "sip", isPacked: packed)
        return alpaca.stream(StreamWanted(symbols: symbols.map { Symbol($0)! }, channels: channels))
    }

    private func said(_ saying: StreamSaying?) -> String {
        saying.map { String(decoding: $0.bytes, as: UTF8.self) } ?? ""
    }

    private func hear(_ talk: inout any StreamTalk, _ text: String) throws(ProviderFault) -> StreamHeard {
        try talk.take(Array(text.utf8), isText: true)
    }

    /// A talk that is subscribed.
    private func subscribed(packed: Bool = false) throws -> any StreamTalk {
        var talk = talk(packed: packed)
        _ = talk.opened()
        _ = try hear(&talk, #"[{"T":"success","msg":"connected"}]"#)
        _ = try hear(&talk, #"[{"T":"success","msg":"authenticated"}]"#)
        _ = try hear(
            &talk,
            #"[{"T":"subscription","trades":["*"],"quotes":["*"],"bars":["*"],"updatedBars":["*"],"dailyBars":["*"],"statuses":["*"],"lulds":["*"]}]"#
        )
        return talk
    }

    @Test("who one is, and what one wants, is said when it is asked for")
    func handshake() throws {
        var talk = talk(symbols: ["AAPL", "MSFT"], channels: [.bars, .statuses])
        #expect(talk.address.map { "\($0)" } == "wss://s.example/v2/sip")
        #expect(talk.opened().isEmpty)
        var heard = try hear(&talk, #"[{"T":"success","msg":"connected"}]"#)
        #expect(said(heard.sayings.first) == #"{"action":"auth","key":"KEY","secret":"SECRET"}"#)
        heard = try hear(&talk, #"[{"T":"success","msg":"authenticated"}]"#)
        #expect(
            said(heard.sayings.first)
                == #"{"action":"subscribe","bars":["AAPL","MSFT"],"statuses":["AAPL","MSFT"]}"#)
        #expect(!talk.isSubscribed)
        heard = try hear(&talk, #"[{"T":"subscription","bars":["AAPL"],"statuses":["*"],"trades":[]}]"#)
        #expect(talk.isSubscribed)
        #expect(heard.notes == ["alpaca does not give the bars of MSFT"])
    }

    @Test("the same is said in MessagePack where that is spoken")
    func packedHandshake() throws {
        var talk = talk(packed: true, channels: [.bars])
        #expect(talk.headers.contains { $0 == ("Content-Type", "application/msgpack") })
        // [{"T":"success","msg":"connected"}]
        let greeting: [UInt8] =
            [0x91, 0x82, 0xA1, 0x54, 0xA7] + Array("success".utf8) + [0xA3] + Array("msg".utf8) + [0xA9]
            + Array("connected".utf8)
        let heard = try talk.take(greeting, isText: false)
        #expect(
            heard.sayings == [
                StreamSaying(
                    bytes: [0x83, 0xA6] + Array("action".utf8) + [0xA4] + Array("auth".utf8) + [0xA3]
                        + Array("key".utf8) + [0xA3] + Array("KEY".utf8) + [0xA6] + Array("secret".utf8) + [
                            0xA6
                        ]
                        + Array("SECRET".utf8), isText: false)
            ])
    }

    @Test(
        "each complaint is known for what it is",
        arguments: [
            (400, ProviderFault.Kind.wrong), (401, .refused), (402, .refused), (404, .unreachable),
            (405, .unsupported), (406, .limited(until: nil)), (407, .unreachable), (408, .unsupported),
            (409, .unsupported), (410, .unsupported), (411, .refused), (500, .unreachable),
            (599, .unreachable),
        ])
    func complaints(code: Int, kind: ProviderFault.Kind) throws {
        var talk = talk()
        let fault = #expect(throws: ProviderFault.self) {
            _ = try hear(&talk, "[{\"T\":\"error\",\"code\":\(code),\"msg\":\"words\\nof it\"}]")
        }
        #expect(fault?.kind == kind)
        #expect(fault?.description == "alpaca's stream: \(code) words of it")
    }

    @Test("that one is known already ends nothing")
    func known() throws {
        var talk = try subscribed()
        let heard = try hear(&talk, #"[{"T":"error","code":403,"msg":"already authenticated"}]"#)
        #expect(heard.notes == ["alpaca's stream: 403 already authenticated"])
        #expect(talk.isSubscribed)
    }

    @Test("every kind of datum is read, to the last digit")
    func data() throws {
        var talk = try subscribed()
        let at = try Timestamp("2026-03-02T15:04:05.123456789Z")
        let minute = try Timestamp("2026-03-02T15:04:00Z")
        let heard = try hear(
            &talk,
            """
            [{"T":"b","S":"AAPL","o":187.1501,"h":188,"l":187.0,"c":187.15,"v":1234.5,"t":"2026-03-02T15:04:00Z","n":17,"vw":187.5},
             {"T":"u","S":"AAPL","o":1,"h":2,"l":1,"c":2,"v":3,"t":"2026-03-02T15:04:00Z"},
             {"T":"d","S":"AAPL","o":1,"h":2,"l":1,"c":2,"v":3,"t":"2026-03-02T05:00:00Z"},
             {"T":"q","S":"AAPL","bx":"Q","bp":199.98,"bs":300,"ax":"V","ap":200.01,"as":200,"t":"2026-03-02T15:04:05.123456789Z","c":["R"],"z":"C"},
             {"T":"t","S":"AAPL","i":52983525029461,"x":"V","p":199.9999,"s":10,"c":["@"],"z":"C","t":"2026-03-02T15:04:05.123456789Z"},
             {"T":"c","S":"AAPL","x":"M","oi":7,"op":72.128,"os":25,"oc":[],"ci":8,"cp":72.0,"cs":24,"cc":[],"z":"A","t":"2026-03-02T15:04:05.123456789Z"},
             {"T":"x","S":"AAPL","i":8,"x":"V","p":72,"s":24,"a":"C","z":"A","t":"2026-03-02T15:04:05.123456789Z"},
             {"T":"s","S":"AAPL","sc":"H","sm":"Trading Halt","rc":"T12","rm":"Information\\nRequested","z":"C","t":"2026-03-02T15:04:05.123456789Z"},
             {"T":"l","S":"AAPL","u":3.24,"d":2.65,"i":"B","z":"B","t":"2026-03-02T15:04:05.123456789Z"},
             {"T":"b","S":"OTHER","o":1,"h":1,"l":1,"c":1,"v":1,"t":"2026-03-02T15:04:00Z"},
             {"T":"new kind","S":"AAPL","t":"2026-03-02T15:04:00Z"}]
            """)
        func price(_ text: String) throws -> Price { try Price(text) }
        let apple = AlpacaStreamTests.apple
        let two = Bar(
            symbol: apple, span: Nanoseconds.minute, openedAt: minute, open: Price(1), high: Price(2),
            low: Price(1), close: Price(2), volume: Volume(3))
        var day = two
        (day.span, day.openedAt) = (Nanoseconds.day, try Timestamp("2026-03-02T14:30:00Z"))
        #expect(
            heard.events == [
                .bar(
                    Bar(
                        symbol: apple, span: Nanoseconds.minute, openedAt: minute,
                        open: try price("187.1501"),
                        high: Price(188), low: Price(187), close: try price("187.15"),
                        volume: try Volume("1234.5"),
                        trades: 17)),
                .updated(two), .daily(day),
                .quote(
                    Quote(
                        symbol: apple, at: at, bid: try price("199.98"), ask: try price("200.01"),
                        bidSize: Volume(300),
                        askSize: Volume(200))),
                .trade(
                    Trade(
                        symbol: apple, at: at, price: try price("199.9999"), size: Volume(10),
                        id: 52_983_525_029_461)),
                .corrected(
                    Trade(symbol: apple, at: at, price: try price("72.128"), size: Volume(25), id: 7),
                    now: Trade(symbol: apple, at: at, price: Price(72), size: Volume(24), id: 8)),
                .cancelled(Trade(symbol: apple, at: at, price: Price(72), size: Volume(24), id: 8)),
                .status(
                    TradingStatus(
                        symbol: apple, at: at, code: "H", words: "Trading Halt",
                        reason: "Information Requested")),
                .band(PriceBand(symbol: apple, at: at, up: try price("3.24"), down: try price("2.65"))),
            ])
        #expect(heard.unread == 0)
    }

    @Test("a moment of MessagePack is one to the nanosecond, and numbers are what their digits say")
    func packedData() throws {
        var talk = try subscribed(packed: true)
        let at = try Timestamp("2026-03-02T15:04:05.123456789Z")
        let seconds = UInt64(at.nanoseconds / Nanoseconds.second)
        let both = UInt64(123_456_789) << 34 | seconds
        func key(_ text: String) -> [UInt8] { [0xA0 | UInt8(text.utf8.count)] + Array(text.utf8) }
        func double(_ value: Double) -> [UInt8] {
            [0xCB] + (0..<8).reversed().map { UInt8(truncatingIfNeeded: value.bitPattern >> ($0 * 8)) }
        }
        let moment: [UInt8] =
            [0xD7, 0xFF] + (0..<8).reversed().map { UInt8(truncatingIfNeeded: both >> ($0 * 8)) }
        var packed: [UInt8] = [0x91, 0x86] + key("T") + key("t") + key("S") + key("AAPL")
        packed +=
            key("p") + double(187.15) + key("s") + [0xCD, 0x01, 0x2C] + key("i") + [0x07] + key("t") + moment
        let heard = try talk.take(packed, isText: false)
        let wanted = Trade(
            symbol: AlpacaStreamTests.apple, at: at, price: try Price("187.15"), size: Volume(300), id: 7)
        #expect(heard.events == [.trade(wanted)])
        // Cut anywhere, it is no document and no crash.
        for count in 0..<packed.count {
            var talk = talk
            #expect(throws: ProviderFault.self) { try talk.take(Array(packed.prefix(count)), isText: false) }
        }
    }

    @Test("one datum that cannot be read does not take the others with it")
    func unread() throws {
        var talk = try subscribed()
        let good = #"{"T":"t","S":"AAPL","i":1,"p":1,"s":1,"t":"2026-03-02T15:04:05Z"}"#
        for bad in [
            #"{"T":"t","S":"AAPL","p":{},"s":1,"t":"2026-03-02T15:04:05Z"}"#,
            #"{"T":"t","S":"AAPL","p":1,"s":1,"t":"no time"}"#,
            #"{"T":"t","S":"AAPL","p":1e300,"s":1,"t":"2026-03-02T15:04:05Z"}"#,
            #"{"T":"t","S":"AAPL","p":1,"s":1,"t":9223372036854775807}"#,
            #"{"T":5}"#, "7", "null", #"{"T":"b","S":"AAPL","t":"2026-03-02T15:04:05Z"}"#,
        ] {
            let heard = try hear(&talk, "[\(good),\(bad),\(good)]")
            #expect(heard.events.count == 2 && heard.unread == 1, "\(bad)")
        }
    }

    @Test("what is no message of the stream ends the connection", arguments: ["", "{}", "[", "hello", "[]x"])
    func garbage(text: String) throws {
        var talk = try subscribed()
        #expect(throws: ProviderFault.self) { try hear(&talk, text) }
    }

    @Test("a bar asked for since a moment is asked for since then")
    func since() throws {
        let alpaca = Alpaca(
            url: "http://a", tradingURL: "http://t", key: "K", secret: "S", feed: "iex", rates: [])
        let day = CivilDate(2026, 3, 2)
        let wanted = HistoryWanted(
            symbols: [AlpacaStreamTests.apple], span: Interval(nanoseconds: Nanoseconds.minute),
            days: day...day,
            now: try Timestamp("2026-03-02T16:00:00Z"), since: try Timestamp("2026-03-02T15:04:00Z"))
        let question = try #require(alpaca.history(wanted).question)
        #expect("\(question)".contains("start=2026-03-02T15%3A04%3A00Z"))
        #expect("\(question)".contains("end=2026-03-02T16%3A00%3A00Z"))
    }
}
