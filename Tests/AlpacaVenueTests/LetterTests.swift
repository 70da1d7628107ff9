import AlpacaVenue
import Configuration
import Domain
import Testing

@Suite("how documents are written")
struct LetterTests {
    @Test(
        "MessagePack has the bytes that its specification says",
        arguments: [
            (Document.null, "c0"), (.flag(true), "c3"), (.integer(0), "00"), (.integer(127), "7f"),
            (.integer(128), "cd0080"), (.integer(65_536), "ce00010000"), (.integer(-1), "ff"),
            (.integer(-33), "d3ffffffffffffffdf"), (.integer(1 << 40), "d30000010000000000"),
            (.number("1.5"), "cb3ff8000000000000"), (.text("ab"), "a26162"),
            (.list([.integer(1)]), "9101"), (.object([("T", .text("q"))]), "81a154a171"),
            // Seconds 1, nanoseconds 2: 2 << 34 | 1.
            (.moment(Timestamp(nanoseconds: 1_000_000_002)), "d7ff0000000800000001"),
            (.moment(Timestamp(nanoseconds: -1)), "c70cff3b9ac9ffffffffffffffffff"),
        ])
    func packed(_ document: Document, _ expected: String) {
        let hex = document.messagePack.map { byte in
            let text = String(byte, radix: 16)
            return byte < 16 ? "0" + text : text
        }
        #expect(hex.joined() == expected)
    }

    @Test("what is packed is read again")
    func again() throws {
        let long = String(repeating: "x", count: 300)
        let document: Document = .object([
            ("action", .text("auth")), ("list", .list((0..<20).map { .integer(Int64($0) * 1_000) })),
            ("long", .text(long)), ("no", .null), ("yes", .flag(true)), ("minus", .integer(-5_000)),
        ])
        let value = try #require(JSONValue(messagePack: document.messagePack))
        #expect(value == (try JSONValue(document.json)))
    }

    @Test(
        "bytes that promise more than follows are no document",
        arguments: [
            [0xDD, 0xFF, 0xFF, 0xFF, 0xFF], [0xDF, 0x7F, 0xFF, 0xFF, 0xFF, 0xA0],
            [0xDB, 0xFF, 0xFF, 0xFF, 0xFF, 0x41],
            [0xA5, 0x41], [0x92, 0x01], [0xC1], [], [0x01, 0x01], [0x81, 0x01, 0x01], [0xA1, 0xFF],
            [UInt8](repeating: 0x91, count: 10_000),
        ] as [[UInt8]])
    func hostile(_ bytes: [UInt8]) { #expect(JSONValue(messagePack: bytes) == nil) }

    @Test("amounts and times in JSON lose nothing")
    func exact() {
        let document: Document = [
            "p": .number(Price(units: 199_980_001).description), "t": .moment(Timestamp(nanoseconds: 1)),
            "s": "\"",
        ]
        let expected = #"{"p":199.980001,"t":"1970-01-01T00:00:00.000000001Z","s":"\""}"#
        #expect(String(decoding: document.json, as: UTF8.self) == expected)
    }
}
