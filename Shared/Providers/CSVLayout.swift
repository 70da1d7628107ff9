import Domain

/// Which column of a file means what, told from its header.
///
/// Columns are found by name, whatever their order, so that one table covers our own files
/// (`symbol,time,open,high,low,close,volume`), Yahoo's, Stooq's two kinds and Alpaca's. Columns that a bar
/// has no place for (`Adj Close`, `vw`, `<OPENINT>`) are passed over.
struct CSVLayout {
    enum Meaning: String {
        case nothing
        case symbol, moment, timeOfDay, period
        case open, high, low, close, volume, trades
    }

    /// What each column means, from the left.
    let meanings: [Meaning]
    /// The columns' names as the file writes them.
    let names: [String]

    var hasSymbol: Bool { meanings.contains(.symbol) }

    /// The layout of a header line, or a sentence about what it lacks.
    init(header: [String]) throws(SourceError) {
        names = header
        let known = header.map { CSVLayout.plain($0) }
        let hasDate = known.contains("date")
        var meanings: [Meaning] = []
        for (name, plain) in zip(header, known) {
            let meaning = CSVLayout.meaning(of: plain, besideDate: hasDate)
            if meaning != .nothing, meanings.contains(meaning) {
                throw SourceError("column \(name) means the same as another column; one of them must go")
            }
            meanings.append(meaning)
        }
        for needed in [Meaning.moment, .open, .high, .low, .close, .volume] where !meanings.contains(needed) {
            throw SourceError(
                "the header has no column for the \(needed == .moment ? "time" : needed.rawValue); a header such as "
                    + "symbol,time,open,high,low,close,volume would be right")
        }
        self.meanings = meanings
    }

    /// `<TICKER>` and `Ticker` are the same name.
    private static func plain(_ name: String) -> String {
        name.filter { $0 != "<" && $0 != ">" }.lowercased()
    }

    private static func meaning(of name: String, besideDate: Bool) -> Meaning {
        switch name {
        case "symbol", "ticker", "s": .symbol
        case "date", "datetime", "timestamp", "t", "window_start": .moment
        case "time": besideDate ? .timeOfDay : .moment
        case "per": .period
        case "open", "o": .open
        case "high", "h": .high
        case "low", "l": .low
        case "close", "c": .close
        case "volume", "vol", "v": .volume
        case "trades", "trade_count", "transactions", "n": .trades
        default: .nothing
        }
    }
}
