import Domain
import HTTP
import Testing

@testable import RemoteProviders

@Suite("what providers answer")
struct WireTests {
    @Test("right answers end the inquiry, and no question shows a key", arguments: Wire.all)
    func right(wire: Wire) throws {
        var inquiry = wire.inquiry()
        for answer in wire.answers {
            let question = try #require(inquiry.question)
            #expect(!"\(question)".contains("KEYKEY") && !"\(question)".contains("SECRET"))
            try inquiry.take(Wire.response(answer))
        }
        #expect(inquiry.question == nil)
    }

    @Test("no answer, however damaged, is more than a sentence", arguments: Wire.all)
    func damaged(wire: Wire) throws {
        var chance = Chance(seed: 7)
        let pieces = [
            "null", "-1", "1e308", "9223372036854775807", "-9223372036854775808", "\"\"", "[]", "{}", "0.1",
            "\"1677-09-21T00:12:44Z\"", "\"9999-12-31\"",
        ]
        for _ in 0..<600 {
            var inquiry = wire.inquiry()
            do throws(ProviderFault) {
                for answer in wire.answers {
                    var bytes = Array(answer.utf8)
                    for _ in 0...chance.below(3) where !bytes.isEmpty {
                        let at = Int(chance.below(UInt64(bytes.count)))
                        switch chance.below(5) {
                        case 0: bytes[at] = UInt8(chance.below(256))
                        case 1: bytes.remove(at: at)
                        case 2: bytes.insert(UInt8(chance.below(128)), at: at)
                        case 3: bytes.removeSubrange(at...)
                        default:
                            // A value in the place of another one.
                            let end = bytes[at...].firstIndex { $0 == 0x2C || $0 == 0x7D } ?? bytes.count
                            let start = bytes[..<at].lastIndex { $0 == 0x3A }.map { $0 + 1 } ?? at
                            let piece = pieces[Int(chance.below(UInt64(pieces.count)))]
                            bytes.replaceSubrange(min(start, end)..<end, with: Array(piece.utf8))
                        }
                    }
                    try inquiry.take(Wire.response(bytes, status: chance.below(20) == 0 ? 500 : 200))
                }
            } catch {
                #expect(!error.description.isEmpty && !error.description.contains("\n"))
            }
        }
    }

    private func bars(_ name: String) throws -> [Bar] {
        let wire = try #require(Wire.all.first { $0.name == name })
        return try #require(try wire.answered() as? any HistoryInquiry).bars
    }

    @Test("prices are the decimals that stand there")
    func decimals() throws {
        let alpaca = try #require(try bars("alpaca bars").first)
        #expect(alpaca.open == Price(units: 187_150_000) && alpaca.volume == Volume(82_488_700))
        #expect(alpaca.openedAt == (try Timestamp("2024-01-02T14:30:00Z")) && alpaca.span == Nanoseconds.day)
        let alpha = try bars("alphavantage days")
        #expect(alpha.map { $0.low.units } == [183_885_000, 183_430_000])
        #expect(try bars("alphavantage minutes").first?.openedAt == (try Timestamp("2024-01-02T14:30:00Z")))
        #expect(try bars("polygon bars").first?.volume == Volume(1_000_000))
    }

    @Test("Yahoo's prices are as they were traded, before the split and after it")
    func yahoo() throws {
        let bars = try bars("yahoo days")
        // 46.787498474121094 is the single nearest to 46.7875, a fourth of 187.15.
        #expect(bars.map { $0.open.units } == [187_150_000, 187_150_000])
        #expect(bars.map(\.volume) == [Volume(1000), Volume(1000)])
        let wire = try #require(Wire.all.first { $0.name == "yahoo actions" })
        let actions = try #require(try wire.answered() as? any ActionsInquiry).actions
        #expect(actions.map(\.kind) == [.dividend, .split])
        #expect(actions[0].amount == Price(units: 240_000))
        #expect(actions[1].numerator == 4 && actions[1].denominator == 1)
    }

    @Test("a split that is written as a decimal is a ratio again")
    func ratios() {
        for (text, top, bottom) in [
            ("0.333333", 1, 3), ("4.0", 4, 1), ("1.5", 3, 2), ("0.1", 1, 10), ("0.666667", 2, 3),
        ] {
            let ratio = Ratio(nearest: try! Price(text))
            #expect(ratio.numerator == Int64(top) && ratio.denominator == Int64(bottom), "\(text)")
        }
    }

    @Test("a limit in an answer of status 200 is a limit; a page of its own is no end")
    func hidden() throws {
        func kind(_ inquiry: any Inquiry, _ text: String) -> ProviderFault.Kind? {
            var inquiry = inquiry
            do throws(ProviderFault) { try inquiry.take(Wire.response(text)) } catch { return error.kind }
            return nil
        }
        let alpha = Wire.alpha.history(Wire.wanted)
        #expect(
            kind(alpha, #"{"Information":"our standard API rate limit is 25 requests per day"}"#)
                == .limited(until: nil))
        #expect(kind(alpha, #"{"Information":"This is a premium endpoint."}"#) == .refused)
        #expect(kind(alpha, #"{"Error Message":"Invalid API call."}"#) == .unknown)
        #expect(
            kind(Wire.tiingo.history(Wire.wanted), "You have run over your 500 symbol look up")
                == .limited(until: nil))
        var alpaca = Wire.alpaca.history(Wire.wanted)
        try alpaca.take(Wire.response(#"{"bars":{},"next_page_token":"a"}"#))
        #expect(kind(alpaca, #"{"bars":{},"next_page_token":"a"}"#) == .wrong)
        #expect(kind(alpaca, #"{"bars":{},"next_page_token":""}"#) == nil)
        for number in 0..<49 {
            try alpaca.take(Wire.response(#"{"bars":{},"next_page_token":"\#(number)"}"#))
        }
        #expect(kind(alpaca, #"{"bars":{},"next_page_token":"for ever"}"#) == .wrong)
    }

    @Test("the next page is asked of the host of the settings, with our key in the header only")
    func nextPage() throws {
        var polygon = Wire.polygon.history(Wire.wanted)
        let wire = try #require(Wire.all.first { $0.name == "polygon bars" })
        try polygon.take(Wire.response(wire.answers[0]))
        #expect(polygon.question?.address.wire == "http://p/v2/x?cursor=abc")
    }
}
