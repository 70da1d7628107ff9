import Domain

/// Which bars belong together: those of a symbol at one length.
public struct SeriesKey: Hashable, Comparable, Sendable, CustomStringConvertible {
    public var symbol: Symbol
    public var interval: Interval

    public init(_ symbol: Symbol, _ interval: Interval) {
        self.symbol = symbol
        self.interval = interval
    }

    public static func < (left: Self, right: Self) -> Bool {
        left.symbol != right.symbol ? left.symbol < right.symbol : left.interval < right.interval
    }

    public var description: String { "\(symbol) \(interval)" }

    /// Where the series lies in a store: `AAPL/1m`.
    public var folder: String { "\(SymbolFolder.name(of: symbol))/\(interval)" }
}
