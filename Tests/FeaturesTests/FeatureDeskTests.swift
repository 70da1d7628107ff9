import Domain
import Indicators
import Testing

@testable import Features

@Suite("Features as a service")
struct FeatureDeskTests {
    private static let symbols = ["A", "B", "C", "D", "E"].compactMap { Symbol($0) }
    private static let sectors = [0, 1, 1, 2, 2]

    private static func machine(_ set: FeatureSet = .all) -> DeskMachine<FeatureDesk> {
        DeskMachine(
            FeatureDesk.Setup(symbols: symbols, sectors: sectors, set: set, span: Nanoseconds.minute))
    }

    /// The messages of so many instants: bars, some of which are missing, quotes, and the step that ends each.
    private static func messages(_ instants: Int, seed: UInt64) -> [[Message]] {
        var random = SplitMix64(seed: seed)
        var prices = symbols.map { _ in Double.random(in: 20...200, using: &random) }
        func price(_ number: Double) -> Price { Price(units: Int64(number * 1_000_000)) }
        return (1...instants).map { instant in
            let at = Timestamp(nanoseconds: Int64(instant) * Nanoseconds.minute)
            var messages: [Message] = []
            for (place, symbol) in symbols.enumerated() where random.next() % 12 > 0 {
                let open = prices[place]
                let close = open * Double.random(in: 0.98...1.02, using: &random)
                prices[place] = close
                if random.next() % 3 > 0 {
                    let quote = Quote(
                        symbol: symbol, at: at - 1, bid: price(close * 0.999), ask: price(close * 1.001),
                        bidSize: Volume(units: Int64.random(in: 1...9, using: &random) * 100_000),
                        askSize: Volume(units: 300_000))
                    messages.append(Message(topic: .quote(symbol), body: .quote(quote)))
                }
                let bar = Bar(
                    symbol: symbol, span: Nanoseconds.minute, openedAt: at - Nanoseconds.minute,
                    open: price(open), high: price(max(open, close) * 1.003),
                    low: price(min(open, close) * 0.997), close: price(close),
                    volume: Volume(units: Int64.random(in: 1...90_000, using: &random) * 1000), trades: 7)
                messages.append(Message(topic: .bar("1m", symbol), body: .bar(bar)))
            }
            let step = Topic.step(.market, of: "feed.1")
            messages.append(Message(topic: step, body: .step(Step(time: at))))
            return messages
        }
    }

    private static func rows(_ machine: inout DeskMachine<FeatureDesk>, _ messages: [Message]) -> [FeatureRow]
    {
        var rows: [FeatureRow] = []
        for message in messages {
            var outbox = Outbox()
            machine.receive(message, at: .zero, &outbox)
            for item in outbox.items {
                guard case .featureRow(let row) = item.body else { continue }
                #expect(item.topic == .feature(row.symbol))
                rows.append(row)
            }
        }
        return rows
    }

    @Test("a row has what the cross-section has, for each symbol with a bar")
    func rows() {
        var machine = Self.machine()
        var section = CrossSection(.all, sectors: Self.sectors)
        var defined = 0
        for messages in Self.messages(300, seed: 1) {
            var known: [Int] = []
            for message in messages {
                switch message.body {
                case .bar(let bar):
                    known.append(Self.symbols.firstIndex(of: bar.symbol)!)
                    section.take(Candle(bar), of: known.last!)
                case .quote(let quote):
                    section.take(QuoteSummary(quote), of: Self.symbols.firstIndex(of: quote.symbol)!)
                default: section.close()
                }
            }
            let rows = Self.rows(&machine, messages)
            #expect(rows.map(\.symbol) == known.map { Self.symbols[$0] })
            for (row, place) in zip(rows, known) {
                #expect(row.version == FeatureSet.all.version)
                #expect(row.values.map { $0.isNaN ? nil : $0 } == section.row(of: place))
                defined += row.values.count { !$0.isNaN }
            }
        }
        #expect(defined > 50_000)
    }

    @Test(
        "from a snapshot at any point, amid an instant too, all features go on as though nothing had happened"
    )
    func snapshots() throws {
        let all = Self.messages(300, seed: 2).flatMap { $0 }
        var straight = Self.machine()
        let expected = Self.rows(&straight, all)
        var random = SplitMix64(seed: 3)
        var machine = Self.machine()
        var told: [FeatureRow] = []
        for message in all {
            told += Self.rows(&machine, [message])
            guard random.next() % 20 == 0 else { continue }
            var fresh = Self.machine()
            try fresh.restore(machine.snapshot(), version: DeskMachine<FeatureDesk>.snapshotVersion)
            machine = fresh
        }
        #expect(told == expected && !told.isEmpty)
    }

    @Test("a snapshot of other features is refused")
    func otherSet() throws {
        let other = try FeatureSet(["rsi_14", "return_1"])
        var machine = Self.machine(other)
        _ = Self.rows(&machine, Self.messages(3, seed: 4).flatMap { $0 })
        var whole = Self.machine()
        #expect(throws: SnapshotMismatch.self) {
            try whole.restore(machine.snapshot(), version: DeskMachine<FeatureDesk>.snapshotVersion)
        }
    }

    @Test("an instant that comes twice, or without any bar, says nothing")
    func empty() {
        var machine = Self.machine()
        let messages = Self.messages(2, seed: 5)
        #expect(!Self.rows(&machine, messages[0]).isEmpty)
        #expect(Self.rows(&machine, Array(messages[0].suffix(1))).isEmpty)
        #expect(Self.rows(&machine, Array(messages[1].suffix(1))).isEmpty)
    }
}
