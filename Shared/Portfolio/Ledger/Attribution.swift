import Domain

/// What a strategy did in a symbol: its own share of a position that others may hold the rest of.
public struct Attribution: Equatable, BitwiseCopyable, Sendable {
    public internal(set) var quantity: Quantity = .zero
    /// What it brought in less what it paid out, fees and dividends counted.
    public internal(set) var cash: Money = .zero
    public internal(set) var fees: Money = .zero
    /// What it bought and sold in all.
    public internal(set) var traded: Money = .zero
}

extension Ledger {
    public func attribution(of strategy: Int, in symbol: SymbolIndex) -> Attribution {
        shares[symbol.number * strategies + strategy]
    }

    /// What a strategy has earned in a symbol, with what it holds at the last price.
    public func profit(of strategy: Int, in symbol: SymbolIndex) -> Money {
        let share = shares[symbol.number * strategies + strategy]
        return share.cash + (Money.worth(of: share.quantity, at: holdings[symbol.number].price) ?? .zero)
    }

    /// What a strategy has earned in all symbols.
    public func profit(of strategy: Int) -> Money {
        (0..<symbolCount).reduce(.zero) { $0 + profit(of: strategy, in: SymbolIndex($1)) }
    }
}
