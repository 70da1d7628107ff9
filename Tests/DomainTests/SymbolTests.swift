import Domain
import Testing

@Suite("Symbols")
struct SymbolTests {
    @Test("a symbol keeps its text up to 24 characters", arguments: ["", "A", "BRK.B", "AAPL  240119C00100000", "123456789012345678901234"])
    func roundTrip(text: String) {
        #expect(Symbol(text)?.text == text)
    }

    @Test("a longer text is no symbol")
    func tooLong() {
        #expect(Symbol("1234567890123456789012345") == nil)
    }
}
