import Domain
import Testing

@testable import Providers

@Suite("Invented quotes")
struct InventedQuotesTests {
    private static let minute = Nanoseconds.minute
    private static let symbols = ["A", "B", "C"].compactMap { Symbol($0) }

    private static func instants(_ count: Int) throws -> [ReplayInstants.Element] {
        var source = ReplayInstants(
            try SyntheticSource(
                seed: 1, symbols: symbols, bars: count, span: minute,
                start: CivilDate(2024, 1, 5).midnightUTC))
        return try (0..<count).compactMap { _ in try source.next() }
    }

    @Test(
        "so many before each instant, later and later, of the symbols in turn, and none outside its bars' time"
    )
    func all() throws {
        var quotes = try InventedQuotes(100, span: Self.minute)
        for instant in try Self.instants(5) {
            var last = instant.at - Self.minute
            var of: [Symbol] = []
            while let at = quotes.nextAt(before: instant), let quote = quotes.next(before: instant) {
                #expect(quote.at == at && at > last && at < instant.at)
                let bar = instant.bars.first { $0.symbol == quote.symbol }!
                #expect(quote.ask.units - quote.bid.units == 20_000)
                let middle = quote.bid.units + 10_000
                #expect((min(bar.open, bar.close).units...max(bar.open, bar.close).units).contains(middle))
                of.append(quote.symbol)
                last = at
            }
            quotes.close()
            #expect(of == (0..<100).map { Self.symbols[$0 % 3] })
        }
    }

    @Test("none where none are wanted")
    func none() throws {
        var quotes = try InventedQuotes(0, span: Self.minute)
        let instant = try Self.instants(1)[0]
        #expect(quotes.nextAt(before: instant) == nil && quotes.next(before: instant) == nil)
    }

    @Test("more than there is time for, or less than none, is refused", arguments: [-1, 100, 2_000_000])
    func refused(_ count: Int) {
        #expect(throws: SourceError.self) { try InventedQuotes(count, span: 100) }
    }
}
