import Domain

/// A bar that takes the place of another one since a moment.
public struct Correction: Equatable, Sendable {
    public var bar: Bar
    public var knownAt: Timestamp

    public init(_ bar: Bar, knownAt: Timestamp) { (self.bar, self.knownAt) = (bar, knownAt) }

    fileprivate init(_ row: [SQLValue], _ symbol: Symbol) {
        let numbers = row.map { $0.integer ?? 0 }
        knownAt = Timestamp(nanoseconds: numbers[2])
        bar = Bar(
            symbol: symbol, span: numbers[0], openedAt: Timestamp(nanoseconds: numbers[1]),
            open: Price(units: numbers[3]), high: Price(units: numbers[4]), low: Price(units: numbers[5]),
            close: Price(units: numbers[6]), volume: Volume(units: numbers[7]),
            trades: UInt64(max(0, numbers[8])))
    }

    fileprivate static let columns =
        "c.span, c.opened_at, c.known_at, c.open, c.high, c.low, c.close, c.volume, c.trades"
}

extension HistoryStore {
    /// A page of bars as they are known now: with those that corrected others in their places.
    public func correctedBars(
        symbol: Symbol, span: Int64, from: Timestamp, to: Timestamp, limit: Int
    ) throws(StorageError) -> [Bar] {
        let bars = try bars(symbol: symbol, span: span, from: from, to: to, limit: limit)
        // Beyond the last bar of a full page nobody looks.
        let end = bars.count == limit ? bars.last.map { $0.openedAt + 1 } ?? to : to
        let rows = try engine.rows(
            "SELECT \(Correction.columns) FROM corrections c WHERE c.symbol = $1 AND c.span = $2 AND c.opened_at >= $3 "
                + "AND c.opened_at < $4 ORDER BY c.opened_at, c.known_at",
            [.text(symbol.text), .integer(span), .integer(from.nanoseconds), .integer(end.nanoseconds)])
        guard !rows.isEmpty else { return bars }
        var known: [Timestamp: Bar] = [:]
        for bar in bars { known[bar.openedAt] = bar }
        // In the order in which they became known.
        for row in rows {
            let correction = Correction(row, symbol)
            known[correction.bar.openedAt] = correction.bar
        }
        return Array(known.values.sorted { $0.openedAt < $1.openedAt }.prefix(limit))
    }

    /// Corrections of bars of days that are over and that are not here any more, oldest first: those bars lie elsewhere
    /// for good. A correction may come before its bar, and on the day itself nobody could tell that from the other.
    public func correctionsOfBarsElsewhere(limit: Int) throws(StorageError) -> [Correction] {
        let day = "86400000000000"
        let rows = try engine.rows(
            "SELECT \(Correction.columns), c.symbol FROM corrections c WHERE NOT EXISTS (SELECT 1 FROM bars b "
                + "WHERE b.symbol = c.symbol AND b.span = c.span AND b.opened_at = c.opened_at) "
                + "AND c.opened_at < (SELECT max(b.opened_at) FROM bars b WHERE b.symbol = c.symbol AND b.span = c.span) "
                + "/ \(day) * \(day) ORDER BY c.symbol, c.span, c.opened_at, c.known_at LIMIT $1",
            [.integer(Int64(limit))])
        return rows.compactMap { row in Symbol(row[9].text ?? "").map { Correction(row, $0) } }
    }

    /// Takes corrections out that lie elsewhere for good.
    public func remove(_ corrections: [Correction]) throws(StorageError) {
        try engine.transaction { () throws(StorageError) in
            for each in corrections {
                _ = try engine.rows(
                    "DELETE FROM corrections WHERE symbol = $1 AND span = $2 AND opened_at = $3 AND known_at = $4",
                    [
                        .text(each.bar.symbol.text), .integer(each.bar.span),
                        .integer(each.bar.openedAt.nanoseconds), .integer(each.knownAt.nanoseconds),
                    ])
            }
        }
    }
}
