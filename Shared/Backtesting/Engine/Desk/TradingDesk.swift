import Domain
import Exchange
import Portfolio

/// The machines behind a strategy, wired together in one process: portfolio, risk, execution, exchange and ledger.
///
/// Each stage has a file of its own, with what it keeps and what it does: `Deciding` makes proposals of opinions,
/// `Risking` judges them, `Executing` makes orders of approvals and hands them to the exchange, `Booking` takes the
/// exchange's reports, and `Recording` keeps what happened. What passes between them are the messages of the mesh, and
/// they exist only where something happens; a bar on which nothing happens touches the exchange's two bounds and the
/// ledger's mark.
struct TradingDesk: ~Copyable {
    let symbols: [Symbol]
    let settings: BacktestSettings

    var exchange: Exchange
    var ledger: Ledger
    var reports: [Report] = []
    var timers = Timers()

    var deciding: Deciding
    var risking: Risking
    var executing = Executing()
    var recording: Recording
    /// A stage wants to see every bar: see `Watching`.
    var watchesBars: Bool

    init(table: BarTable, _ settings: BacktestSettings) {
        symbols = table.symbols
        self.settings = settings
        exchange = Exchange(rules: settings.rules(for: table), symbols: symbols.count, cash: [settings.cash])
        ledger = Ledger(symbols: symbols.count, cash: settings.cash)
        deciding = Deciding(spans: table.spans, settings)
        risking = Risking(table, settings)
        recording = Recording(symbols: symbols, settings)
        watchesBars = deciding.watchesBars || risking.watchesBars || executing.watchesBars
    }
}
