import Domain

/// Bars in CSV files that everything reads: `1d/AAPL.csv` with `symbol,time,open,high,low,close,volume,trades,provider`,
/// and `actions/AAPL.csv` beside them. `.asked/` remembers of which days nobody has bars.
public final class CSVFolder: BarSink {
    private let folder: String
    private static let header = "symbol,time,open,high,low,close,volume,trades,provider"

    private let notes: FetchNotes

    public init(_ folder: String) {
        let folder = folder.hasSuffix("/") ? String(folder.dropLast()) : folder
        self.folder = folder
        notes = FetchNotes(asked: "\(folder)/.asked", actions: "\(folder)/actions")
    }

    public func path(of symbol: Symbol, _ span: Interval) -> String {
        "\(folder)/\(span)/\(FetchNotes.name(symbol)).csv"
    }

    // MARK: bars

    public func days(of symbol: Symbol, _ span: Interval) throws(SinkFault) -> Set<CivilDate> {
        var days: Set<CivilDate> = []
        for row in try rows(symbol, span) { days.insert(EasternTime.local(at: row.openedAt).date) }
        return days
    }

    public func append(
        _ bars: [Bar], of symbol: Symbol, _ span: Interval, provider: String, at now: Timestamp
    ) throws(SinkFault) {
        guard !bars.isEmpty else { return }
        var rows = try rows(symbol, span)
        let known = Set(rows.map(\.openedAt))
        for bar in bars where !known.contains(bar.openedAt) {
            rows.append((bar.openedAt, CSVFolder.line(bar, provider)))
        }
        rows.sort { $0.openedAt < $1.openedAt }
        var text = CSVFolder.header + "\n"
        for row in rows { text += row.line + "\n" }
        try SmallFile.makeFolders("\(folder)/\(span)")
        try SmallFile.write(Array(text.utf8), to: path(of: symbol, span))
    }

    private static func line(_ bar: Bar, _ provider: String) -> String {
        let isDaily = bar.span == Nanoseconds.day
        let time = isDaily ? "\(EasternTime.local(at: bar.openedAt).date)" : "\(bar.openedAt)"
        let figures = "\(bar.open),\(bar.high),\(bar.low),\(bar.close),\(bar.volume),\(bar.trades)"
        return "\(bar.symbol),\(time),\(figures),\(provider)"
    }

    /// The rows of a file of ours, each with its time.
    private func rows(_ symbol: Symbol, _ span: Interval) throws(SinkFault) -> [(
        openedAt: Timestamp, line: String
    )] {
        let path = path(of: symbol, span)
        guard let bytes = try SmallFile.read(path) else { return [] }
        let lines = String(decoding: bytes, as: UTF8.self).split(separator: "\n")
        guard lines.first.map(String.init) == CSVFolder.header else {
            throw SinkFault(
                "\(path) is not a file of fetched bars: the header \(CSVFolder.header) would be right; choose another "
                    + "folder, or move the file away")
        }
        var rows: [(openedAt: Timestamp, line: String)] = []
        rows.reserveCapacity(lines.count)
        for (number, line) in lines.enumerated().dropFirst() {
            let fields = line.split(separator: ",", maxSplits: 2, omittingEmptySubsequences: false)
            guard fields.count == 3, let openedAt = CSVFolder.moment(fields[1], span) else {
                throw SinkFault(
                    "\(path), line \(number + 1): a symbol, a time and the bar's figures would be right")
            }
            rows.append((openedAt, String(line)))
        }
        return rows
    }

    private static func moment(_ text: Substring, _ span: Interval) -> Timestamp? {
        guard span.isDaily else { return try? Timestamp(text) }
        guard let date = try? CivilDate(text) else { return nil }
        return TradingCalendar.xnys.session(on: date)?.open
    }

    // MARK: beside them

    public func emptyDays(of symbol: Symbol, _ span: Interval) throws(SinkFault) -> Set<CivilDate> {
        try notes.emptyDays(of: symbol, span)
    }

    public func note(empty days: [CivilDate], of symbol: Symbol, _ span: Interval) throws(SinkFault) {
        try notes.note(empty: days, of: symbol, span)
    }

    public func knowsActions(of symbol: Symbol) -> Bool { notes.knowsActions(of: symbol) }

    public func replace(
        actions: [CorporateAction], of symbol: Symbol, _ days: ClosedRange<CivilDate>
    ) throws(SinkFault) {
        try notes.replace(actions: actions, of: symbol, days)
    }
}
