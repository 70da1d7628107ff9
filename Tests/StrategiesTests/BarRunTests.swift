import Domain
import Testing

@testable import Strategies

@Suite struct BarRunTests {
    /// What a strategy says of a walk, and after how many bars.
    private struct Saying: Equatable {
        var after: Int
        var strength: Double
        var figures: [Figure]
    }

    /// Shows each strategy the same bars one by one and in a row.
    private struct Comparison: StrategyVisitor {
        let columns: [[Int64]]
        var count = 0

        mutating func visit<B: Blueprint>(_ blueprint: B) throws {
            // One that cannot do without a file or a second symbol has nothing to say here.
            guard (try? made(blueprint)) != nil else { return }
            let oneByOne = try sayings(blueprint) { voice, bars, opinions in
                voice.onBar(bars[0], of: 0, at: bars.knownAt(0), &opinions)
                return 1
            }
            let inARow = try sayings(blueprint) { voice, bars, opinions in
                voice.onBars(bars, of: 0, &opinions)
            }
            #expect(oneByOne == inARow, "\(blueprint.name)")
            count += oneByOne.count
        }

        private func made<B: Blueprint>(_ blueprint: B) throws -> B.Made {
            let arguments = try Arguments(blueprint.parameters, of: blueprint.name)
            return try blueprint.make(arguments, symbols: [try #require(Symbol("S"))])
        }

        private func sayings<B: Blueprint>(
            _ blueprint: B, _ show: (inout B.Made, BarRun, inout Opinions) -> Int
        ) throws -> [Saying] {
            var voice = try made(blueprint)
            var opinions = Opinions(of: blueprint.name, symbols: [try #require(Symbol("S"))])
            var sayings: [Saying] = []
            var row = 0
            while row < columns[0].count {
                row += withRun(from: row) { show(&voice, $0, &opinions) }
                for item in opinions.items {
                    sayings.append(
                        Saying(after: row, strength: item.signal.strength, figures: item.signal.figures))
                }
                opinions.removeAll()
            }
            return sayings
        }

        private func withRun(from row: Int, _ body: (BarRun) -> Int) -> Int {
            func column(_ number: Int, _ use: (UnsafePointer<Int64>) -> Int) -> Int {
                columns[number].withUnsafeBufferPointer { use($0.baseAddress! + row) }
            }
            return column(0) { opened in
                column(1) { closes in
                    column(2) { close in
                        body(
                            BarRun(
                                count: columns[0].count - row, span: Nanoseconds.minute, openedAt: opened,
                                closesAt: closes, open: close, high: close, low: close, close: close,
                                volume: close))
                    }
                }
            }
        }
    }

    @Test("a strategy says the same of bars in a row as of each bar alone")
    func same() throws {
        var random = SplitMix64(seed: 7)
        let first = CivilDate(2024, 1, 2).midnightUTC.nanoseconds + 15 * Nanoseconds.hour
        let opened = (0..<3000).map { first + Int64($0) * Nanoseconds.minute }
        var price: Int64 = 100_000_000
        let closes = opened.map { _ in
            price = max(1_000_000, price + Int64(random.next() % 2_000_001) - 1_000_000)
            return price
        }
        var comparison = Comparison(columns: [opened, opened.map { $0 + Nanoseconds.minute }, closes])
        try StrategyRegistry.visitAll(&comparison)
        #expect(comparison.count > 5)
    }
}
