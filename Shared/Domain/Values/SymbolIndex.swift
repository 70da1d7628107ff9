/// A symbol's number in one run: 0, 1, 2… in the order in which a `SymbolTable` met them. Arrays are indexed by it
/// where a dictionary of names would cost too much.
public struct SymbolIndex: Hashable, Comparable, BitwiseCopyable, Sendable {
    public var number: Int

    @inlinable public init(_ number: Int) { self.number = number }

    @inlinable public static func < (left: Self, right: Self) -> Bool { left.number < right.number }
}

/// Gives symbols their numbers. Names are looked up where messages come in, and never on the way.
public struct SymbolTable: Sendable {
    public private(set) var symbols: [Symbol] = []
    private var numbers: [Symbol: Int] = [:]

    public init(_ symbols: [Symbol] = []) {
        for symbol in symbols { _ = index(adding: symbol) }
    }

    public var count: Int { symbols.count }

    /// The number of a symbol that has been met, or nothing.
    public func index(of symbol: Symbol) -> SymbolIndex? { numbers[symbol].map(SymbolIndex.init) }

    /// The number of a symbol, the next free one where it is new.
    public mutating func index(adding symbol: Symbol) -> SymbolIndex {
        if let number = numbers[symbol] { return SymbolIndex(number) }
        numbers[symbol] = symbols.count
        symbols.append(symbol)
        return SymbolIndex(symbols.count - 1)
    }

    public subscript(index: SymbolIndex) -> Symbol { symbols[index.number] }
}
