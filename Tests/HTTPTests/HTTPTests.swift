import Domain
import Testing

@testable import HTTP

@Suite("addresses and their secrets")
struct WebAddressTests {
    @Test("a secret is on the wire, and nowhere else")
    func secrets() {
        let address = WebAddress(
            "https://example.com/", "/query",
            [.init("symbol", "A B"), .init("apikey", "S3CR3T/", isSecret: true)])
        #expect(address.wire == "https://example.com/query?symbol=A%20B&apikey=S3CR3T%2F")
        #expect("\(address)" == "https://example.com/query?symbol=A%20B&apikey=…")
        let request = HTTPRequest(address, headers: [.init("Authorization", "Token ABCDEF", isSecret: true)])
        #expect(
            request.redacted("key S3CR3T/ or S3CR3T%2F with Token ABCDEF is wrong")
                == "key … or … with … is wrong")
    }

    @Test(
        "the next page is asked of the host that we know, whatever the answer says",
        arguments: [
            ("https://evil.example/v2/a?cursor=x%2Fy&limit=5", "http://ours/v2/a?cursor=x%2Fy&limit=5"),
            ("/v2/a", "http://ours/v2/a"), ("https://evil.example", nil), ("no address", nil),
            ("https://h/a?b=%zz", nil), ("https://h/a?b=\u{0}", nil),
        ])
    func following(text: String, expected: String?) {
        #expect(WebAddress(following: text, on: "http://ours")?.wire == expected)
    }
}

@Suite("how often a server is asked")
struct RateTests {
    @Test(
        "no period, wherever it begins, holds more than the rate",
        arguments: [("5/1m"), ("1/1s"), ("200/1m"), ("50/1h"), ("7/3s")])
    func windows(text: String) throws {
        let rate = try #require(Rate(text))
        #expect("\(rate)" == text)
        var bucket = TokenBucket(rate)
        var now = Timestamp(seconds: 1_700_000_000)
        var sent: [Timestamp] = []
        var chance = SystemlessChance(state: 7)
        for _ in 0..<1000 {
            now = bucket.opening(at: now)
            bucket.spend(at: now)
            sent.append(now)
            // Sometimes nobody asks for a while.
            if chance.next() % 50 == 0 { now += Int64(chance.next() % 3) * rate.period }
        }
        for (index, moment) in sent.enumerated() where index >= rate.count {
            #expect(moment - sent[index - rate.count] >= rate.period)
        }
        // It is not much slower than it may be.
        var steady = TokenBucket(rate)
        var at = Timestamp(seconds: 0)
        for _ in 0..<(rate.count * 10) {
            at = steady.opening(at: at)
            steady.spend(at: at)
        }
        #expect(at - Timestamp(seconds: 0) <= rate.period * 12)
    }

    @Test("what is no rate is none", arguments: ["", "5", "5/", "/1m", "0/1m", "-1/1m", "5/1y", "5/1m/1m"])
    func refused(text: String) { #expect(Rate(text) == nil) }
}

struct SystemlessChance {
    var state: UInt64
    mutating func next() -> UInt64 {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return state >> 33
    }
}

@Suite("when to ask again")
struct RetryAfterTests {
    private let now = Timestamp(seconds: 1_445_412_400)

    @Test(
        "seconds, a date, or the moment of a reset",
        arguments: [
            ("retry-after", "7", 1_445_412_407),
            ("retry-after", "Wed, 21 Oct 2015 07:28:00 GMT", 1_445_412_480),
            ("retry-after", "Wed, 21 Oct 2015 07:00:00 GMT", 1_445_412_400),
            ("x-ratelimit-reset", "1445412460", 1_445_412_460), ("retry-after", "soon", nil),
            ("retry-after", "-7", nil), ("retry-after", "999999999", nil), ("x-ratelimit-reset", "12", nil),
            ("retry-after", "Wed, 31 Feb 2015 07:28:00 GMT", nil), ("other", "7", nil),
        ])
    func moments(name: String, value: String, expected: Int64?) {
        let response = HTTPResponse(status: 429, headers: [(name, value)])
        #expect(RetryAfter.moment(of: response, now: now) == expected.map { Timestamp(seconds: $0) })
    }

    @Test(
        "a server whose clock is an hour ahead means no hour more",
        arguments: [("retry-after", "Wed, 21 Oct 2015 08:26:50 GMT"), ("x-ratelimit-reset", "1445416010")])
    func skewed(name: String, value: String) {
        let headers = [(name: "date", value: "Wed, 21 Oct 2015 08:26:40 GMT"), (name: name, value: value)]
        let response = HTTPResponse(status: 429, headers: headers, body: [])
        let now = Timestamp(seconds: 1_445_412_400)
        #expect(RetryAfter.moment(of: response, now: now) == now + 10 * Nanoseconds.second)
    }
}
