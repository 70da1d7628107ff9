import Domain
import Foundation
import Testing

@testable import Wire

/// Messages as earlier versions wrote them. Fields are only ever added, so they must be understood for ever;
/// TRADEWIND_REGENERATE=1 writes those of the present version, for a person to review.
@Suite("Recorded messages")
struct FixtureTests {
    static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appending(
        path: "Fixtures")

    @Test("of older versions are read as they were meant", arguments: BodyKind.allCases)
    func read(kind: BodyKind) throws {
        let binary = Self.folder.appending(path: "v1/\(kind).bin")
        let text = Self.folder.appending(path: "v1/\(kind).json")
        if ProcessInfo.processInfo.environment["TRADEWIND_REGENERATE"] != nil {
            var random = RandomMessages(seed: UInt64(kind.rawValue))
            let message = random.next(kind: kind)
            try Data(Codec().encode(message)).write(to: binary)
            try Data((json(message) + "\n").utf8).write(to: text)
        }
        let message = try Codec().decode([UInt8](try Data(contentsOf: binary)))
        let expected = try JSONSerialization.jsonObject(with: try Data(contentsOf: text))
        let actual = try JSONSerialization.jsonObject(with: Data(json(message).utf8))
        #expect(missing(expected, from: actual, "") == [])
    }

    /// The places where the actual value lacks what is expected; it may have more fields.
    private func missing(_ expected: Any, from actual: Any, _ path: String) -> [String] {
        if let expected = expected as? [String: Any], let actual = actual as? [String: Any] {
            return expected.flatMap { name, value -> [String] in
                guard let other = actual[name] else { return ["\(path).\(name) is absent"] }
                return missing(value, from: other, "\(path).\(name)")
            }
        }
        if let expected = expected as? [Any], let actual = actual as? [Any], expected.count == actual.count {
            return zip(expected, actual).enumerated().flatMap { index, pair in
                missing(pair.0, from: pair.1, "\(path)[\(index)]")
            }
        }
        return (expected as? NSObject) == (actual as? NSObject) ? [] : ["\(path): \(expected) or \(actual)"]
    }
}

@Suite("A message as text")
struct TextTests {
    @Test("shows decimals exactly and times in ISO form")
    func jsonLine() {
        let bar = Bar(
            symbol: Symbol("BRK.B") ?? Symbol(), span: 60_000_000_000,
            openedAt: Timestamp(nanoseconds: 1_704_205_800_250_000_000), open: Price(units: 187_250_000),
            high: Price(units: .max), low: Price(units: .min), close: Price(units: -500_000),
            volume: Volume(units: 1), trades: .max)
        let message = Message(
            topic: Topic("market/bar/1m/BRK.B"), number: 1, sender: "a\"b\n", body: .bar(bar))
        let expected = #"""
            {"topic":"market/bar/1m/BRK.B","number":1,"epoch":0,"sent_at":0,\#
            "sent_at_iso":"1970-01-01T00:00:00Z","origin_at":0,"origin_at_iso":"1970-01-01T00:00:00Z",\#
            "sender":"a\"b\n","cause":null,"bar":{"symbol":"BRK.B","span":60000000000,\#
            "opened_at":1704205800250000000,"opened_at_iso":"2024-01-02T14:30:00.25Z","open":"187.25",\#
            "high":"9223372036854.775807","low":"-9223372036854.775808","close":"-0.5","volume":"0.001",\#
            "trades":18446744073709551615}}
            """#
        #expect(json(message) == expected)
    }

    @Test(
        "tells the time",
        arguments: [
            (Int64(-1), "1969-12-31T23:59:59.999999999Z"), (951_782_400_000_000_000, "2000-02-29T00:00:00Z"),
            (Int64.max, "2262-04-11T23:47:16.854775807Z"), (Int64.min, "1677-09-21T00:12:43.145224192Z"),
        ])
    func time(nanoseconds: Int64, text: String) { #expect(isoTime(nanoseconds) == text) }

    @Test("names the fields in which two messages differ")
    func differing() {
        var one = Message(
            topic: Topic("market/trade/A"), body: .trade(Trade(price: Price(units: 187_250_000))))
        let two = Message(
            topic: Topic("market/trade/A"), number: 2, body: .trade(Trade(price: Price(units: 187_300_000))))
        #expect(
            differences(one, two) == [
                FieldDifference(path: "number", left: "0", right: "2"),
                FieldDifference(path: "trade.price", left: "187.25", right: "187.3"),
            ])
        #expect(differences(one, one) == [])
        one.body = .verdict(Verdict(order: Order(limit: Price(units: 1)), checks: [CheckResult(name: "x")]))
        var other = one
        other.body = .verdict(Verdict(order: Order(), checks: []))
        let paths = differences(one, other).map(\.path)
        #expect(paths.first == "verdict.order.limit" && paths.contains("verdict.checks[0].name"))
    }
}
