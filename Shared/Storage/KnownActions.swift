import Domain

extension HistoryStore {
    /// The splits, dividends and other actions of a symbol that the mesh told of, oldest first.
    public func actions(of symbol: Symbol) throws(StorageError) -> [CorporateAction] {
        try engine.actions(of: symbol)
    }
}

extension SQLEngine {
    func actions(of symbol: Symbol) throws(StorageError) -> [CorporateAction] {
        let found = try rows(
            "SELECT kind, ex_at, known_at, numerator, denominator, amount, new_symbol FROM actions "
                + "WHERE symbol = $1 ORDER BY ex_at, kind", [.text(symbol.text)])
        return found.compactMap { row in
            guard let kind = ActionKind.allCases.first(where: { Word.actionKind[$0] == row[0] }) else {
                return nil
            }
            return CorporateAction(
                symbol: symbol, kind: kind, exAt: Timestamp(nanoseconds: row[1].integer ?? 0),
                knownAt: Timestamp(nanoseconds: row[2].integer ?? 0), numerator: row[3].integer ?? 0,
                denominator: row[4].integer ?? 0, amount: Price(units: row[5].integer ?? 0),
                newSymbol: Symbol(row[6].text ?? "") ?? Symbol())
        }
    }
}
