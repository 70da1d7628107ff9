import Domain
import Testing

@testable import Wire

@Suite("Damaged bytes")
struct FaultTests {
    @Test(
        "truncated or with flipped bits are a message or an error, never a crash",
        arguments: BodyKind.allCases)
    func damage(kind: BodyKind) throws {
        let seed = UInt64.random(in: .min ... .max)
        var random = RandomMessages(seed: seed)
        let codec = Codec()
        for _ in 0..<4 {
            let bytes = codec.encode(random.next(kind: kind))
            for length in 0..<min(bytes.count, 2_000) { take(codec, Array(bytes[..<length])) }
            for index in 0..<min(bytes.count, 500) {
                for bit in 0..<8 {
                    var flipped = bytes
                    flipped[index] ^= 1 << bit
                    take(codec, flipped)
                }
            }
        }
    }

    /// What is decoded is a message like any other: it survives its own round trip.
    private func take(_ codec: Codec, _ bytes: [UInt8]) {
        guard let message = try? codec.decode(bytes) else { return }
        let again = codec.encode(message)
        #expect((try? codec.decode(again)).map(codec.encode) == again)
    }

    static let quoteFrame: [UInt8] = [0x8A, 0x01]
    static let cases: [([UInt8], String)] = [
        ([], "without a body"),
        ([0x80], "ends inside a number"),
        ([0x00, 0x00], "the number 0"),
        ([0x80, 0x00], "the number 0"),
        ([0x0B], "wire type"),
        ([0x43], "no such wire type"),
        ([0x10] + Array(repeating: 0xFF, count: 11), "has no end"),
        ([0x10] + Array(repeating: 0xFF, count: 9) + [0x02], "over 64 bits"),
        ([0x0A, 0x05, 0x41], "beyond the end"),
        ([0x0A, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x01], "beyond the end"),
        ([0x21, 1, 2], "fixed-width"),
        ([0x08, 0x01], "field 1 has the wire type 0"),
        ([0x80, 0x01, 0x01], "field 16 has the wire type 0"),
        ([0x0A, 0x01, 0xFF] + quoteFrame + [0], "not UTF-8"),
        ([0x0A, 0x01, 0x00] + quoteFrame + [0], "NUL"),
        ([0x0A, 0x79] + Array(repeating: 0x41, count: 121) + quoteFrame + [0], "longer than 120"),
        (quoteFrame + [2, 0x0A, 0x01], "beyond the end"),
        (quoteFrame + [3, 0x0A, 0x01, 0x00], "NUL"),
        (quoteFrame + [3, 0x0A, 0x01, 0x80], "not UTF-8"),
        (quoteFrame + [27, 0x0A, 25] + Array(repeating: 0x41, count: 25), "longer than 24"),
        (quoteFrame + [0] + quoteFrame + [0], "second body"),
        ([0x3A, 0, 0x3A, 0] + quoteFrame + [0], "second cause"),
        ([0x92, 0x04, 3, 0x08, 0x63, 0x00], "no Alarm"),
        ([0x92, 0x04, 2, 0x08, 0x63], "Alarm.level is 99"),
        ([0x92, 0x04, 3, 0x12, 0x01, 0x00], "Alarm.code holds a NUL"),
        ([0x92, 0x04, 3, 0x12, 0x01, 0xC0], "Alarm.code is not UTF-8"),
        (
            [0xAA, 0x01, 27, 0x0A, 25] + Array(repeating: 0x41, count: 25),
            "FeatureRow.symbol is longer than 24"
        ),
    ]

    @Test("are refused with a sentence that says what is wrong", arguments: cases)
    func sentence(bytes: [UInt8], part: String) {
        let error = #expect(throws: WireError.self) { try Codec().decode(bytes) }
        #expect(
            error.map { $0.description.contains(part) } == true, "\(error?.description ?? "") has no: \(part)"
        )
    }

    @Test("a NUL in a text is sent as U+FFFD", arguments: ["\0", "a\0b", "feed\0 with a long name \0\0"])
    func nul(text: String) throws {
        let replaced = text.split(separator: "\0", omittingEmptySubsequences: false).joined(
            separator: "\u{FFFD}")
        let codec = Codec()
        let message = Message(
            topic: Topic(text), sender: text, cause: Cause(topic: Topic(text), epoch: 1, number: 1),
            body: .hello(Hello(service: text)))
        let expected = Message(
            topic: Topic(replaced), sender: replaced,
            cause: Cause(topic: Topic(replaced), epoch: 1, number: 1),
            body: .hello(Hello(service: replaced)))
        #expect(try codec.decode(codec.encode(message)) == expected)
    }
}
