import Domain
import Indicators

/// The features of many symbols among the machines of the mesh: takes bars and quotes as they come, and when their instant
/// ends sends a row for each symbol that had a bar in it.
///
/// A value is not a number where its feature is not defined; the row's version tells by which definitions it was made.
public final class FeatureDesk: Desk {
    public struct Setup: Sendable {
        public var symbols: [Symbol]
        /// The sector of each symbol, as any number.
        public var sectors: [Int]
        public var set: FeatureSet
        /// The length of the bars that features are made of.
        public var span: Int64

        public init(symbols: [Symbol], sectors: [Int], set: FeatureSet, span: Int64) {
            precondition(symbols.count == sectors.count, "each symbol has a sector")
            self.symbols = symbols
            self.sectors = sectors
            self.set = set
            self.span = span
        }
    }

    private let setup: Setup
    private let places: [Symbol: Int]
    private var section: CrossSection
    /// Which symbols have a bar in this instant.
    private var hasBar: [Bool]
    private var closed = Timestamp.distantPast

    public init(_ setup: Setup) {
        self.setup = setup
        places = Dictionary(
            zip(setup.symbols, setup.symbols.indices), uniquingKeysWith: { first, _ in first })
        section = CrossSection(setup.set, sectors: setup.sectors)
        hasBar = Array(repeating: false, count: setup.symbols.count)
    }

    public func receive(_ message: Message, at now: Timestamp, _ outbox: inout Outbox) {
        switch message.body {
        case .bar(let bar):
            guard bar.span == setup.span, let place = places[bar.symbol] else { return }
            section.take(Candle(bar), of: place)
            hasBar[place] = true
        case .quote(let quote):
            if let place = places[quote.symbol] { section.take(QuoteSummary(quote), of: place) }
        case .step(let step) where step.time > closed:
            closed = step.time
            close(at: step.time, &outbox)
        default: break
        }
    }

    /// An instant without any bar, such as that of late ones, is none for features.
    private func close(at now: Timestamp, _ outbox: inout Outbox) {
        guard hasBar.contains(true) else { return }
        section.close()
        for place in hasBar.indices where hasBar[place] {
            let symbol = setup.symbols[place]
            outbox.send(
                .featureRow(
                    FeatureRow(
                        symbol: symbol, at: now, version: setup.set.version,
                        values: section.row(of: place).map { $0 ?? .nan })), on: .feature(symbol))
            hasBar[place] = false
        }
    }

    // MARK: What is remembered

    public static let snapshotVersion: UInt32 = 1

    public func remember(_ walk: inout SnapshotWalk) throws(SnapshotMismatch) {
        // Rows of other features or symbols would be read as these.
        try walk.count(Int(truncatingIfNeeded: setup.set.version))
        try walk.count(setup.symbols.count)
        for symbol in setup.symbols { try walk.count(Int(truncatingIfNeeded: symbol.words.0)) }
        try section.remember(&walk)
        try walk.value(&hasBar)
        try walk.moment(&closed)
    }
}
