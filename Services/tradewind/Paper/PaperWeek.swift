import Backtesting
import Configuration
import Domain
import Mesh
import Trading

/// The account of `tradewind run`: which bars, which strategies, under which settings, and in which folder.
struct PaperWeek {
    /// Three that trade within a day, each with a third of the money.
    static let strategies = ["sma-crossover fast=20 slow=60", "mean-reversion", "donchian"]
    /// What a person would expect of a paper account: costs, no position larger than a part of it, and limits.
    private static let account = [
        "backtest.cash=100000", "backtest.commission=1bps", "backtest.allocation=equal-weight",
        "risk.preset=basic",
    ]

    let folder: String
    let files: [String]
    let symbols: [Symbol]
    let span: Interval
    let strategies: [String]
    let cash: Money
    let plan: DeskPlan
    /// An instant in the middle of it.
    let middle: Timestamp
    /// Keeps others out of our own folder.
    private let lock: RunLock?
    let speed: Double
    /// The size of a file of a transcript.
    let segmentSize: Int
    /// What services and backtest are told alike, on their command lines; what the user says is the stronger.
    private let words: [String]

    init(_ parsed: Parsed) throws {
        let data = parsed.text("data")
        let names = try FileDisk(data, readOnly: true).names().filter { $0.hasSuffix(".csv") }.sorted()
        guard !names.isEmpty else {
            throw Failure("there is no .csv file in \(data): a folder of bars would be right", exitCode: 2)
        }
        files = names.map { "\(data)/\($0)" }
        var market = MarketFiles()
        market.bars = files.map { (symbol: nil, path: $0) }
        let table = try market.load().bars
        guard let span = table.spans.first, Set(table.spans).count == 1 else {
            throw Failure(
                "the bars in \(data) are of different lengths: one length would be right", exitCode: 2)
        }
        self.span = Interval(nanoseconds: span)
        symbols = table.symbols.sorted { $0.text < $1.text }
        middle = Timestamp(nanoseconds: table.closesAt[table.count / 2])
        let said = parsed.texts("strategy")
        strategies = said.isEmpty ? PaperWeek.strategies : said
        speed = parsed.number("speed")
        let settings =
            PaperWeek.account + [
                "trading.account=paper", "trading.symbols=" + symbols.map(\.text).joined(separator: ","),
                "trading.strategies=" + strategies.joined(separator: ","), "feed.span=\(self.span)",
            ]
        words =
            (parsed.text(ifGiven: "config").map { ["--config", $0] } ?? [])
            + TradingMesh.sets(settings + parsed.texts("set"))
        let loaded = try Settings.load(
            file: parsed.text(ifGiven: "config"),
            overrides: settings.map { SettingOverride(assignment: $0) } + parsed.settingOverrides)
        plan = try DeskPlan(loaded)
        segmentSize = loaded.size("state.segment_size")
        cash = plan.settings.cash
        let named = parsed.text(ifGiven: "keep")
        if named == nil { try makeFolders("state") }
        lock = try named == nil ? RunLock(PaperWeek.ours + ".lock") : nil
        folder = try PaperWeek.place(named)
    }

    /// The folder that was named, which must be new; or our own, without what the last run left in it.
    private static func place(_ named: String?) throws -> String {
        if let named {
            if let names = try? FileDisk(named, readOnly: true).names(), !names.isEmpty {
                throw Failure("\(named) is not empty; a new folder would be right", exitCode: 2)
            }
            return named
        }
        TemporaryFolder.remove(ours)
        return ours
    }

    private static let ours = "state/paper"

    /// The services that trade it, whose historian keeps a database.
    func mesh() -> TradingMesh {
        var mesh = TradingMesh(folder: folder, files: files, span: span.nanoseconds, words: words)
        mesh.hasHistorian = true
        return mesh
    }

    /// The same bars in one process.
    func backtest() throws -> BacktestRecord {
        var market = MarketFiles()
        market.bars = files.map { (symbol: nil, path: $0) }
        market.selection.symbols = symbols
        return try Backtest.run(plan.participants, on: market.load(), plan.settings)
    }

    /// The page of that backtest, and its tables.
    func report() throws -> String {
        let words =
            ["backtest", strategies[0]] + strategies.dropFirst().flatMap { ["--and", $0] }
            + files.flatMap { ["--csv", $0] } + ["--out", "\(folder)/report", "--json"]
            + words + TradingMesh.sets(["backtest.runs=\(folder)/runs"])
        let (code, said) = try Programs.run(try Programs.path(of: "tradewind"), words)
        guard code == 0 else { throw Failure("the report could not be made: \(said)") }
        return "\(folder)/report/report.html"
    }
}
