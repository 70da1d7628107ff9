import Domain
import Indicators

/// The features of many symbols, one instant after the other: takes what is known of each symbol, then computes all
/// features of all of them at once.
///
///     var section = CrossSection(.all, sectors: [0, 0, 1])
///     section.take(Candle(bar), of: 2)
///     section.close()
///     section[feature: 0, symbol: 2]
///
/// It is a plain value: a copy goes its own way.
public struct CrossSection: Sendable {
    public let set: FeatureSet
    public let symbolCount: Int
    private let universe: Universe
    private var makers: [ReadingMaker]
    private var readings: [Reading?]
    /// The same densely, and the returns of all symbols.
    private var shown = Inputs<Reading>()
    private var moves: [Double?]
    private var parts: FeatureParts
    private var rows: [[Double?]]

    /// For as many symbols as there are sectors; a sector is any number that its symbols share.
    public init(_ set: FeatureSet = .all, sectors: [Int]) {
        self.set = set
        symbolCount = sectors.count
        universe = Universe(sectors: sectors)
        makers = Array(repeating: ReadingMaker(), count: sectors.count)
        readings = Array(repeating: nil, count: sectors.count)
        moves = Array(repeating: nil, count: sectors.count)
        parts = FeatureParts(of: set, symbols: sectors.count)
        rows = Array(repeating: Array(repeating: nil, count: sectors.count), count: parts.rowCount)
    }

    /// Takes the bar of a symbol that is over at this instant. What is no bar (a price not above zero or not finite, a
    /// negative volume, a high below the low) is passed over, as if the symbol had none; of several the last counts.
    public mutating func take(_ candle: Candle, of symbol: Int) {
        precondition(symbol >= 0 && symbol < symbolCount, "there is no symbol \(symbol)")
        if let reading = makers[symbol].reading(of: candle) { readings[symbol] = reading }
    }

    /// Takes quotes of a symbol; they belong to its next bar.
    public mutating func take(_ quotes: QuoteSummary, of symbol: Int) {
        precondition(symbol >= 0 && symbol < symbolCount, "there is no symbol \(symbol)")
        makers[symbol].take(quotes)
    }

    /// Takes a bar of each symbol that has one, and computes the instant.
    public mutating func update(_ candles: [Candle?]) {
        precondition(candles.count == symbolCount, "an instant has a place for each symbol")
        for (symbol, candle) in candles.enumerated() {
            if let candle { take(candle, of: symbol) }
        }
        close()
    }

    /// Computes the features of the instant from what was taken, and begins the next one. A symbol without a bar has no
    /// features at this instant.
    public mutating func close() {
        shown.removeAll()
        for symbol in readings.indices {
            moves[symbol] = readings[symbol]?.knownMove
            if let reading = readings[symbol] { shown.add(reading, of: symbol) }
            readings[symbol] = nil
        }
        for part in parts.ofSymbol.indices {
            parts.ofSymbol[part].block.update(shown, into: &rows[parts.ofSymbol[part].row])
        }
        for company in [Universe.Company.market, .sector] where parts.needs(company) {
            var pairs = Inputs<Pair>()
            for (symbol, pair) in universe.pairs(moves, with: company).enumerated() {
                if let pair { pairs.add(pair, of: symbol) }
            }
            for part in parts.beside.indices where parts.beside[part].company == company {
                parts.beside[part].block.update(pairs, into: &rows[parts.beside[part].row])
            }
        }
        for part in parts.among {
            rows[part.row] = universe.compared(rows[part.of], by: part.comparison)
        }
    }

    /// Goes over all that later instants depend on. What was computed of earlier ones is not kept.
    mutating func remember(_ walk: inout SnapshotWalk) throws(SnapshotMismatch) {
        try walk.value(&makers)
        try walk.value(&readings)
        for part in parts.ofSymbol.indices { try parts.ofSymbol[part].block.remember(&walk) }
        for part in parts.beside.indices { try parts.beside[part].block.remember(&walk) }
    }

    /// A feature of a symbol at the instant that was closed last.
    public subscript(feature feature: Int, symbol symbol: Int) -> Double? { rows[feature][symbol] }

    /// All features of a symbol at that instant, in the order of the set.
    public func row(of symbol: Int) -> [Double?] { set.features.indices.map { rows[$0][symbol] } }
}
