import Domain
import Testing

@testable import tap

@Suite("Tap conditions")
struct WhereTests {
    private let fields = [
        (path: "topic", text: "market/bar/1m/AAPL"), (path: "bar.symbol", text: "AAPL"),
        (path: "bar.close", text: "187.25"), (path: "bar.volume", text: "1200"),
    ]

    @Test(
        "a condition holds or does not",
        arguments: [
            ("bar.close > 100 && symbol == \"AAPL\"", true), ("close > 187.25", false),
            ("close >= 187.25", true),
            ("volume == 1200.0", true), ("symbol == MSFT || close < 200", true), ("!(symbol == AAPL)", false),
            ("not symbol == 'AAPL' or topic ~ '/1m/'", true), ("symbol != AAPL", false), ("fee > 0", false),
            ("close > 100 and volume < 1000", false), ("symbol < 'B'", true),
        ])
    func holds(text: String, expected: Bool) throws {
        #expect(try Where(text).holds(for: fields) == expected)
    }

    @Test(
        "what cannot be read is told with its column",
        arguments: [
            ("", "column 1: the name of a field is missing"), ("close", "column 6: a comparison is missing"),
            ("close >", "column 8: a value is missing"),
            ("close > 'a", "column 9: the text that begins here does not end"),
            ("(close > 1", "column 11: a ) is missing"),
            ("close > 1 symbol", "column 11: \"s\" is not expected"),
            (String(repeating: "(", count: 200), "nested too deeply"),
        ])
    func refuses(text: String, sentence: String) {
        #expect(throws: Where.Problem.self) { try Where(text) }
        do { _ = try Where(text) } catch { #expect(error.description.contains(sentence)) }
    }

    @Test("whatever the text is, the answer is a condition or a sentence")
    func survives() {
        var state: UInt64 = 20_261_121
        let letters = Array("ab.1\"'()!&|=<>~ ")
        for _ in 0..<5000 {
            var text = ""
            for _ in 0..<Int(state % 24) {
                state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
                text.append(letters[Int(state >> 33) % letters.count])
            }
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            do {
                _ = try Where(text).holds(for: fields)
            } catch {
                #expect(error.description.hasPrefix("--where, column"))
            }
        }
    }

    @Test(
        "patterns of topics",
        arguments: [
            ("market/bar", true), ("market/bar/*/AAPL", true), ("market/**", true), ("*/bar/**", true),
            ("market/*", false), ("market/bar/1h/*", false), ("trading", false),
        ])
    func topics(pattern: String, expected: Bool) {
        #expect(Filter.matches("market/bar/1m/AAPL", pattern) == expected)
    }
}
