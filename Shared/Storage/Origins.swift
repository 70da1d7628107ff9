import Domain

/// Who gave the bars that another provider gave than the first one: marks go beside such bars.
extension HistoryStore {
    /// By the moments at which the bars close, up to one.
    public func origins(of symbol: Symbol, through last: Timestamp) throws(StorageError) -> [Timestamp:
        String]
    {
        let rows = try engine.rows(
            "SELECT closes_at, provider FROM origins WHERE symbol = $1 AND closes_at <= $2",
            [.text(symbol.text), .integer(last.nanoseconds)])
        return rows.reduce(into: [:]) { $0[Timestamp(nanoseconds: $1[0].integer ?? 0)] = $1[1].text ?? "" }
    }

    /// Takes out what is told of bars that lie elsewhere for good.
    public func removeOrigins(of symbol: Symbol, through last: Timestamp) throws(StorageError) {
        _ = try engine.rows(
            "DELETE FROM origins WHERE symbol = $1 AND closes_at <= $2",
            [.text(symbol.text), .integer(last.nanoseconds)])
    }
}
