import Domain
import Glibc

/// What is kept beside fetched bars: of which sessions nobody has any, and splits and dividends.
public struct FetchNotes: Sendable {
    private let askedFolder: String
    private let actionsFolder: String

    public init(asked: String, actions: String) {
        (askedFolder, actionsFolder) = (asked, actions)
    }

    /// A symbol may hold what a file's name may not.
    static func name(_ symbol: Symbol) -> String {
        String(symbol.text.map { $0 == "/" || $0 == "\0" ? "_" : $0 })
    }

    private func askedPath(_ symbol: Symbol, _ span: Interval) -> String {
        "\(askedFolder)/\(span)/\(FetchNotes.name(symbol))"
    }

    public func actionsPath(_ symbol: Symbol) -> String { "\(actionsFolder)/\(FetchNotes.name(symbol)).csv" }

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
        try SmallFile.makeFolders("\(askedFolder)/\(span)")
        try SmallFile.write(Array(all.map { "\($0)\n" }.joined().utf8), to: askedPath(symbol, span))
    }

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
        // In order of their days, which stand behind the symbol; an action that was told twice is one.
        let text = Set(lines).sorted().map { $0 + "\n" }.joined()
        try SmallFile.makeFolders(actionsFolder)
        try SmallFile.write(Array("symbol,ex_date,kind,ratio,amount,known_at\n\(text)".utf8), to: path)
    }
}
