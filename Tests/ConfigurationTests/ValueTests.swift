import Testing

@testable import Configuration

@Suite("Values")
struct ValueTests {
    @Test(
        "durations are read exactly and written in one unit",
        arguments: [
            ("250ms", 250_000_000, "250ms"), ("5s", 5_000_000_000, "5s"), ("90s", 90_000_000_000, "90s"),
            ("1h30m", 5_400_000_000_000, "90m"), ("0.1s", 100_000_000, "100ms"), ("0", 0, "0s"),
            ("1.5us", 1500, "1500ns"), ("2d", 172_800_000_000_000, "2d"),
        ] as [(String, Int64, String)])
    func durations(text: String, nanoseconds: Int64, canonical: String) throws {
        let duration = try #require(DurationText.duration(of: text))
        #expect(duration == .nanoseconds(nanoseconds))
        #expect(DurationText.text(of: duration) == canonical)
    }

    @Test(
        "what is no duration is refused",
        arguments: [
            "", "5", "s", "5 s", "-5s", "5x", "1.5ns", "1.s", ".5s", "999999999999d", "1s,", "1.0000000001s",
        ])
    func noDurations(text: String) {
        #expect(DurationText.duration(of: text) == nil)
    }

    @Test(
        "sizes are read exactly and written in one unit",
        arguments: [
            ("64MiB", 64 << 20, "64MiB"), ("1.5KiB", 1536, "1536B"), ("10MB", 10_000_000, "10MB"),
            ("0", 0, "0B"),
        ])
    func sizes(text: String, bytes: Int, canonical: String) {
        #expect(SizeText.bytes(of: text) == bytes)
        #expect(SizeText.text(of: bytes) == canonical)
        #expect(SizeText.bytes(of: text + "x") == nil)
    }

    @Test(
        "the canonical text of a value reads back as the value",
        arguments: [
            (ValueType.number, Value.number(0.1)), (.number, .number(-3)), (.number, .number(1e300)),
            (.integer, .integer(.min)), (.flag, .flag(true)), (.size, .size(.max)),
            (.duration, .duration(DurationText.longest)), (.text, .text("plain words")),
        ])
    func roundTrip(type: ValueType, value: Value) {
        #expect(type.value(of: value.canonicalText) == value)
    }

    @Test("numbers that are none are refused", arguments: ["inf", "nan", "1e999", "0x", ""])
    func noNumbers(text: String) {
        #expect(ValueType.number.value(of: text) == nil)
    }

    @Test(
        "a text that could be mistaken is written as JSON",
        arguments: [(" a", #"" a""#), ("a\nb = c", #""a\nb = c""#), ("[a]", #""[a]""#), ("a", "a"), ("", "")])
    func texts(text: String, canonical: String) {
        #expect(Value.text(text).canonicalText == canonical)
    }

    @Test(
        "the nearest word is found when it is near",
        arguments: [
            ("replya", "replay"), ("sped", "speed"), ("sede", "seed"), ("transprot", "transport"),
            ("entirely", nil), ("x", nil),
            ("", nil),
            (String(repeating: "seed", count: 10_000), nil),
        ] as [(String, String?)])
    func spelling(word: String, near: String?) {
        #expect(Spelling.nearest(to: word, among: ["replay", "seed", "speed", "transport"]) == near)
    }

    @Test(
        "JSON escapes what would break a line or steer a terminal",
        arguments: [
            ("a\"b\\c", #""a\"b\\c""#), ("\n\r\t", #""\n\r\t""#), ("\u{0}\u{1B}[31m", #""\u0000\u001b[31m""#),
            ("\u{7F}\u{85}", #""\u007f\u0085""#), ("é€😀", "\"é€😀\""),
        ])
    func json(text: String, written: String) {
        #expect(JSONWriter.string(text) == written)
    }

    @Test("JSON documents have their commas where they belong")
    func document() {
        var json = JSONWriter()
        json.object { json in
            json.key("a")
            json.array { json in
                json.integer(1)
                json.object { _ in }
                json.null()
            }
            json.key("b")
            json.number(.infinity)
            json.key("c")
            json.number(0.5)
        }
        #expect(json.text == #"{"a":[1,{},null],"b":null,"c":0.5}"#)
    }
}
