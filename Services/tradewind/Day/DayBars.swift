import Backtesting
import Configuration
import Domain
import Gatekeeper
import Providers

/// The bars of a day run and what companies did meanwhile, in files of their own: engine and mesh read the very same bytes.
struct DayBars {
    /// A file for each symbol, in alphabetical order: an instant's bars are taken in that order.
    let files: [String]
    /// The file of splits and dividends, where there are any.
    let actions: [String]
    let symbols: [Symbol]
    let span: Int64
    let count: Int
    let first: Timestamp
    let last: Timestamp
    /// What the gatekeeper held back, as a feed does.
    let held: Int

    /// Writes what is chosen of a market into a folder.
    init(_ market: Market, through gate: Gatekeeper, to folder: String) throws {
        let table = market.bars
        guard let range = table.range, let span = table.spans.first else {
            throw Failure("there is no bar of these days", exitCode: 1)
        }
        guard Set(table.spans).count == 1 else {
            throw Failure("the symbols have bars of different lengths: --span would say which", exitCode: 2)
        }
        var gate = gate
        var texts: [Symbol: String] = [:]
        var held = 0
        var heeded = 0
        let isDaily = span == Nanoseconds.day
        for row in 0..<table.count {
            let bar = table.bar(row)
            while heeded < market.actions.count,
                market.actions[heeded].action.exAt.nanoseconds < table.closesAt[row]
            {
                gate.heed(market.actions[heeded].action)
                heeded += 1
            }
            guard gate.judge(bar, at: Timestamp(nanoseconds: table.closesAt[row])) == nil else {
                held += 1
                continue
            }
            let time = isDaily ? "\(EasternTime.local(at: bar.openedAt).date)" : "\(bar.openedAt)"
            texts[bar.symbol, default: "symbol,time,open,high,low,close,volume\n"] +=
                "\(bar.symbol),\(time),\(bar.open),\(bar.high),\(bar.low),\(bar.close),\(bar.volume)\n"
        }
        symbols = texts.keys.sorted { $0.text < $1.text }
        try ResultFolder.write(
            symbols.map { ResultFolder.File(name: "\($0).csv", bytes: Array((texts[$0] ?? "").utf8)) },
            to: folder)
        files = symbols.map { "\(folder)/\($0).csv" }
        actions = try DayBars.write(market.actions.map(\.action), to: folder)
        self.span = span
        self.held = held
        count = table.count - held
        first = range.lowerBound
        last = range.upperBound
    }

    /// In the layout of `ActionFile`.
    private static func write(_ actions: [CorporateAction], to folder: String) throws -> [String] {
        guard !actions.isEmpty else { return [] }
        let rows = actions.map { action in
            let ratio = action.kind == .split ? "\(action.numerator):\(action.denominator)" : ""
            return "\(action.symbol),\(EasternTime.local(at: action.exAt).date),\(action.kind),\(ratio),"
                + "\(action.amount),\(action.knownAt)\n"
        }
        let text = ActionFile.example + "\n" + rows.joined()
        // In a folder of its own: all that lies beside the bars is bars.
        try ResultFolder.write(
            [ResultFolder.File(name: "actions.csv", bytes: Array(text.utf8))], to: "\(folder)/actions")
        return ["\(folder)/actions/actions.csv"]
    }

    /// The bars as a backtest reads them.
    func market() throws -> Market {
        var files = MarketFiles()
        files.bars = self.files.map { (symbol: nil, path: $0) }
        files.actions = actions.map { (symbol: nil, path: $0) }
        files.selection.span = span
        return try files.load()
    }
}
