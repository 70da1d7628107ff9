import Indicators

/// The features of many symbols over whole columns: each symbol from its first bar to its last, and then what relates
/// them to each other. The figures are those of a `CrossSection` bit for bit.
public struct FeatureColumns: Sendable {
    public let set: FeatureSet
    /// Row after row of the set, each with a column for each symbol.
    private let columns: [[[Double?]]]

    /// Bars and quotes are given for each symbol and instant; a symbol without a bar at an instant has nothing there.
    public init(
        _ set: FeatureSet = .all, candles: [[Candle?]], quotes: [[QuoteSummary?]]? = nil, sectors: [Int]
    ) {
        let count = candles.first?.count ?? 0
        precondition(
            candles.count == sectors.count && candles.allSatisfy { $0.count == count }
                && (quotes ?? candles.map { $0.map { _ in nil } }).allSatisfy { $0.count == count },
            "each symbol has a place for each instant, and a sector")
        self.set = set
        let universe = Universe(sectors: sectors)
        let parts = FeatureParts(of: set, symbols: 1)
        let readings = candles.indices.map { symbol in
            FeatureColumns.readings(of: candles[symbol], quotes?[symbol])
        }
        var columns = Array(
            repeating: Array(repeating: [Double?](), count: sectors.count), count: parts.rowCount)
        for symbol in sectors.indices {
            for part in parts.ofSymbol {
                columns[part.row][symbol] = part.block.column(over: readings[symbol])
            }
        }
        for part in parts.beside {
            let pairs = FeatureColumns.acrossSymbols(readings.map { $0.map { $0?.knownMove } }) {
                universe.pairs($0, with: part.company)
            }
            for symbol in sectors.indices {
                columns[part.row][symbol] = part.block.column(over: pairs[symbol])
            }
        }
        for part in parts.among {
            columns[part.row] = FeatureColumns.acrossSymbols(columns[part.of]) {
                universe.compared($0, by: part.comparison)
            }
        }
        self.columns = columns
    }

    /// A feature of a symbol, instant by instant.
    public subscript(feature feature: Int, symbol symbol: Int) -> [Double?] { columns[feature][symbol] }

    private static func readings(of candles: [Candle?], _ quotes: [QuoteSummary?]?) -> [Reading?] {
        var maker = ReadingMaker()
        return candles.indices.map { instant in
            if let quotes = quotes?[instant] { maker.take(quotes) }
            return candles[instant].flatMap { maker.reading(of: $0) }
        }
    }

    /// Goes through columns instant by instant.
    private static func acrossSymbols<Value, Result>(
        _ columns: [[Value?]], _ made: ([Value?]) -> [Result?]
    ) -> [[Result?]] {
        var results = Array(repeating: [Result?](), count: columns.count)
        for instant in columns.first?.indices ?? 0..<0 {
            for (symbol, result) in made(columns.map { $0[instant] }).enumerated() {
                results[symbol].append(result)
            }
        }
        return results
    }
}
