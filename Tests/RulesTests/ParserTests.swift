import Testing

@testable import Rules

@Suite struct ParserTests {
    @Test(
        "what binds closer is read first, and written out again without needless parentheses",
        arguments: [
            ("a+b*c^2", "a + b * c ^ 2"),
            ("(a+b)*c", "(a + b) * c"),
            ("a-(b-c)", "a - (b - c)"),
            ("a-b-c", "a - b - c"),
            ("2^3^2", "2 ^ 3 ^ 2"),
            ("(2^3)^2", "(2 ^ 3) ^ 2"),
            ("-a^2", "-a ^ 2"),
            ("not a<b and c>d or e", "not a < b and c > d or e"),
            ("not (a and b)", "not (a and b)"),
            ("macd(12,26,9).signal[1]<0", "macd(12, 26, 9).signal[1] < 0"),
            ("sma(close, period = 20) >= 09:45", "sma(close, period=20) >= 585"),
            ("close * 1.5%", "close * 0.015"),
            ("(a<b)==(c<d)", "(a < b) == (c < d)"),
        ])
    func precedence(text: String, written: String) throws {
        let expression = try Expression(text)
        #expect("\(expression)" == written)
        #expect("\(try Expression(written))" == written, "written out, it means the same")
    }

    @Test(
        "a mistake says where it stands, and what would be right",
        arguments: [
            ("close > ", 8, "the rule ends where a figure or a condition should stand"),
            ("", 0, "there is no rule: close > sma(20) would be one"),
            ("close = 3", 6, "= compares nothing; == would be right"),
            ("a && b", 2, "&& is not of this language; and would be right"),
            ("!a", 0, "! is not of this language; not would be right"),
            ("1 < a < 3", 6, "one comparison at a time: a < b and b < c would be right"),
            ("(a and b", 8, ") is missing after what it encloses"),
            ("sma(close, 20", 13, ") is missing after what sma is given"),
            ("close[1", 7, "] is missing after the number of bars, as in close[1]"),
            ("a b", 2, "b stands where an operator should: and, or, +, < and the like"),
            ("a)", 1, "there is a ) without its ("),
            ("time > 25:00", 7, "25:00 is no time of day; 09:45 would be one"),
            ("3x", 0, "3x is no number, and names begin with a letter"),
            ("a ? b", 2, "? has no meaning in a rule"),
            ("and a", 0, "and stands between two conditions, and there is none before it"),
            ("macd(1).", 8, "a figure's name follows the dot, as in macd(12, 26, 9).signal"),
            ("é > 1", 0, "é has no meaning in a rule"),
        ])
    func mistakes(text: String, offset: Int, sentence: String) throws {
        let error = #expect(throws: RuleError.self) { try Expression(text) }
        #expect(error?.offset == offset)
        #expect(error?.description == sentence)
    }

    @Test("nesting and length have their limits, and each is a sentence")
    func limits() throws {
        let deep = String(repeating: "(", count: 100) + "a" + String(repeating: ")", count: 100)
        #expect(throws: RuleError.self) { try Expression(deep) }
        #expect(throws: RuleError.self) { try Expression(String(repeating: "-", count: 100) + "a") }
        #expect(throws: RuleError.self) {
            try Expression(Array(repeating: "a", count: 500).joined(separator: "+"))
        }
        #expect(throws: RuleError.self) { try Expression(String(repeating: "a", count: 5000)) }
        #expect(throws: Never.self) {
            try Expression(Array(repeating: "a", count: 300).joined(separator: "+"))
        }
    }
}
