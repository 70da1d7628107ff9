import Testing

@testable import Configuration

@Suite("JSON")
struct JSONTests {
    @Test(
        "a document is read to the last digit",
        arguments: [
            ("null", JSONValue.null), (" [true , false]\n", .array([.flag(true), .flag(false)])),
            ("123456789012345678.1234567890", .number("123456789012345678.1234567890")),
            ("-0.5E+10", .number("-0.5E+10")), ("\"\"", .string("")), ("{}", .object([])), ("[]", .array([])),
            (#""a\"\\\/\b\f\n\r\té😀""#, .string("a\"\\/\u{8}\u{C}\n\r\té😀")),
            ("\"é\u{7F}\"", .string("é\u{7F}")),
            (
                #"{"b":[1,{}],"a":null}"#,
                .object([
                    .init(key: "b", value: .array([.number("1"), .object([])])),
                    .init(key: "a", value: .null),
                ])
            ),
        ])
    func reads(text: String, value: JSONValue) throws { #expect(try JSONValue(text) == value) }

    @Test(
        "what is no JSON is told with its line and column",
        arguments: [
            ("", "line 1, column 1: a value is missing"), ("[1,]", "line 1, column 4: a value is missing"),
            ("{\"a\":1,}", "line 1, column 8: a key in quotes is missing"),
            ("{\"a\" 1}", "line 1, column 6: a : is missing"),
            ("[1 2]", "line 1, column 4: a , or ] is missing"),
            ("{\"a\":1\n \"b\":2}", "line 2, column 2: a , or } is missing"),
            ("01", "column 1: a number does not begin with 0"), ("-", "column 2: a digit is missing"),
            ("1.", "column 3: a digit is missing after the point"),
            ("1e", "a digit is missing in the exponent"),
            ("+1", "a value is missing"), ("NaN", "a value is missing"), ("nul", "null?"),
            ("\"a", "column 1: the text that begins here does not end"), ("\"\u{1}\"", "a control character"),
            ("\"\\x\"", "there is no such escape"), ("\"\\u12\"", "four hexadecimal digits"),
            ("\"\\ud800\"", "half a character"), ("\"\\udc00\"", "half a character"),
            ("\"\\ud800\\u0041\"", "half a character"), ("\"\\u+123\"", "four hexadecimal digits"),
            ("{\"a\":1,\"a\":2}", "column 8: this key is there already"),
            ("1 2", "column 3: something follows"),
            (String(repeating: "[", count: 200), "column 129: this is nested more than 128 deep"),
        ])
    func refuses(text: String, sentence: String) {
        #expect(throws: JSONProblem.self) { try JSONValue(text) }
        do { _ = try JSONValue(text) } catch { #expect("\(error)".contains(sentence), "\(error)") }
    }

    @Test("text that is not UTF-8 is refused")
    func encoding() {
        #expect(throws: JSONProblem.self) { try JSONValue([0x22, 0xFF, 0x22]) }
        #expect(throws: JSONProblem.self) { try JSONValue([0x22, 0xED, 0xA0, 0x80, 0x22]) }
    }

    @Test("members, items and values are found")
    func access() throws {
        let value = try JSONValue(#"{"a":[1,2.5,"x",true,null],"n":1e400}"#)
        #expect(value["a"]?[0]?.integer == 1)
        #expect(value["a"]?[1]?.integer == nil)
        #expect(value["a"]?[1]?.number == 2.5)
        #expect(value["a"]?[2]?.text == "x")
        #expect(value["a"]?[3]?.flag == true)
        #expect(value["a"]?[4]?.isNull == true)
        #expect(value["a"]?[5] == nil)
        #expect(value["n"]?.number == nil)
        #expect(value["b"] == nil)
    }

    @Test("what the writer writes is read back, and any damage is a value or a sentence")
    func roundTrip() throws {
        let seed = UInt64.random(in: .min ... .max)
        var random = Random(seed: seed)
        for _ in 0..<300 {
            let value = Self.random(&random, depth: 3)
            var writer = JSONWriter()
            Self.write(value, &writer)
            #expect(try JSONValue(writer.text) == value, "seed \(seed)")
            var bytes = writer.bytes
            let at = Int(random.next() % UInt64(bytes.count))
            bytes[at] = UInt8(truncatingIfNeeded: random.next())
            do { _ = try JSONValue(bytes) } catch { #expect(error.line >= 1) }
        }
    }

    private static func random(_ random: inout Random, depth: Int) -> JSONValue {
        let count = Int(random.next() % 4)
        switch random.next() % (depth > 0 ? 6 : 4) {
        case 0: return .null
        case 1: return .flag(random.next() % 2 == 0)
        case 2: return .number("\(Int64(bitPattern: random.next()))")
        case 3: return .string(text(&random))
        case 4: return .array((0..<count).map { _ in Self.random(&random, depth: depth - 1) })
        default:
            return .object(
                (0..<count).map {
                    JSONValue.Member(
                        key: "\($0)" + text(&random), value: Self.random(&random, depth: depth - 1))
                })
        }
    }

    private static func text(_ random: inout Random) -> String {
        let letters = Array("a\"\\\n\u{0}\u{7F}\u{85}é😀/")
        return String(
            (0..<(random.next() % 8)).map { _ in letters[Int(random.next() % UInt64(letters.count))] })
    }

    private static func write(_ value: JSONValue, _ writer: inout JSONWriter) {
        switch value {
        case .null: writer.null()
        case .flag(let flag): writer.flag(flag)
        case .number(let digits): writer.integer(Int64(digits) ?? 0)
        case .string(let text): writer.string(text)
        case .array(let items): writer.array { writer in items.forEach { write($0, &writer) } }
        case .object(let members):
            writer.object { writer in
                for member in members {
                    writer.key(member.key)
                    write(member.value, &writer)
                }
            }
        }
    }
}
