import Domain
import Testing

@Suite("Symbols")
struct SymbolTests {
    @Test(
        "a symbol keeps its text up to 24 characters",
        arguments: ["", "A", "BRK.B", "AAPL  240119C00100000", "123456789012345678901234"])
    func roundTrip(text: String) {
        #expect(Symbol(text)?.text == text)
        #expect(text.isEmpty || (try? Symbol(validating: text))?.text == text)
    }

    @Test("a longer text is no symbol")
    func tooLong() {
        #expect(Symbol("1234567890123456789012345") == nil)
    }

    @Test(
        "a text from outside is refused with a sentence",
        arguments: [
            ("", "\"\" is no symbol: it is empty, where a name such as AAPL would be right."),
            (
                "BTC/USD",
                "\"BTC/USD\" is no symbol: position 4 holds a slash, where printable ASCII without a slash would be right."
            ),
            (
                "A\u{7}",
                "\"A.\" is no symbol: position 2 holds something else, where printable ASCII without a slash would be right."
            ),
            ("AAPL ", "\"AAPL \" is no symbol: it begins or ends with a space."),
            (
                "1234567890123456789012345",
                "\"1234567890123456789012345\" is no symbol: it has 25 characters, and 24 is the most."
            ),
        ])
    func refused(text: String, sentence: String) {
        let error = #expect(throws: SymbolError.self) { try Symbol(validating: text) }
        #expect(error?.description == sentence)
    }
}
