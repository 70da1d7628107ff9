import Domain
import Glibc

/// Bars in CSV files that everything reads: `1d/AAPL.csv` with `symbol,time,open,high,low,close,volume,trades,provider`,
/// and `actions/AAPL.csv` beside them. `.asked/` remembers of which days nobody has bars.
public final class CSVFolder: BarSink {
    private let folder: String
    private static let header = "symbol,time,open,high,low,close,volume,trades,provider"

    public init(_ folder: String) { self.folder = folder.hasSuffix("/") ? String(folder.dropLast()) : folder }

    /// A symbol may hold what a file's name may not.
    private func name(_ symbol: Symbol) -> String {
        String(symbol.text.map { $0 == "/" || $0 == "\0" ? "_" : $0 })
    }

    public func path(of symbol: Symbol, _ span: Interval) -> String {
        "\(folder)/\(span)/\(name(symbol)).csv"
    }

    private func askedPath(_ symbol: Symbol, _ span: Interval) -> String {
        "\(folder)/.asked/\(span)/\(name(symbol))"
    }

    private func actionsPath(_ symbol: Symbol) -> String { "\(folder)/actions/\(name(symbol)).csv" }

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

    // MARK: days without bars

    public func emptyDays(of symbol: Symbol, _ span: Interval) throws(SinkFault) -> Set<CivilDate> {
        guard let bytes = try SmallFile.read(askedPath(symbol, span)) else { return [] }
        var days: Set<CivilDate> = []
        for line in String(decoding: bytes, as: UTF8.self).split(separator: "\n") {
            if let day = try? CivilDate(line) { days.insert(day) }
        }
        return days
    }

    public func note(empty days: [CivilDate], of symbol: Symbol, _ span: Interval) throws(SinkFault) {
        guard !days.isEmpty else { return }
        let all = try emptyDays(of: symbol, span).union(days).sorted()
        try SmallFile.makeFolders("\(folder)/.asked/\(span)")
        try SmallFile.write(
            Array(all.map { "\($0)\n" }.joined().utf8), to: askedPath(symbol, span))
    }

    // MARK: actions

    public func knowsActions(of symbol: Symbol) -> Bool { access(actionsPath(symbol), F_OK) == 0 }

    public func replace(
        actions: [CorporateAction], of symbol: Symbol, _ days: ClosedRange<CivilDate>
    ) throws(SinkFault) {
        let path = actionsPath(symbol)
        var lines: [String] = []
        if let bytes = try SmallFile.read(path) {
            for line in String(decoding: bytes, as: UTF8.self).split(separator: "\n").dropFirst() {
                let fields = line.split(separator: ",", omittingEmptySubsequences: false)
                guard fields.count > 1, let date = try? CivilDate(fields[1]) else { continue }
                if !days.contains(date) { lines.append(String(line)) }
            }
        }
        for action in actions {
            let date = EasternTime.local(at: action.exAt).date
            guard days.contains(date) else { continue }
            let isSplit = action.kind == .split
            let ratio = isSplit ? "\(action.numerator):\(action.denominator)" : ""
            let kind = isSplit ? "split" : "dividend"
            lines.append("\(symbol),\(date),\(kind),\(ratio),\(isSplit ? "" : "\(action.amount)"),")
        }
        // In order of their days, which stand behind the symbol; two providers' rows of one action are one.
        let text = Set(lines).sorted().map { $0 + "\n" }.joined()
        try SmallFile.makeFolders("\(folder)/actions")
        try SmallFile.write(
            Array("symbol,ex_date,kind,ratio,amount,known_at\n\(text)".utf8), to: path)
    }
}
