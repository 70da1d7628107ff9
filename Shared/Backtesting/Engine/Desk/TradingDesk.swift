import Domain
import Exchange
import Portfolio

/// The machines behind a strategy, wired together in one process: portfolio, risk, execution, exchange and ledger.
///
/// Each stage has a file of its own, with what it keeps and what it does: `Deciding` makes proposals of opinions,
/// `Risking` judges them, `Executing` makes orders of approvals and hands them to the exchange, `Booking` takes the
/// exchange's reports, `Acting` applies corporate actions, and `Recording` keeps what happened. What passes between them
/// are the messages of the mesh, and they exist only where something happens; a bar on which nothing happens touches the
/// exchange's two bounds and the ledger's mark.
struct TradingDesk: ~Copyable {
    let symbols: [Symbol]
    let account: String

    var exchange: Exchange
    var ledger: Ledger
    var reports: [Report] = []
    var timers = Timers()

    var deciding: Deciding
    var risking: Risking
    var executing: Executing
    var booking = Booking()
    var hearing: Hearing
    var acting: Acting
    var recording: Recording
    /// A stage wants to see every bar: see `Watching`.
    var watchesBars: Bool

    /// A desk for so many strategies as there are parts of the money.
    init(_ market: borrowing Market, _ settings: borrowing BacktestSettings, parts: [Money]) {
        symbols = market.symbols
        account = settings.account
        exchange = Exchange(rules: settings.rules(for: market), symbols: symbols.count, cash: [settings.cash])
        ledger = Ledger(symbols: symbols.count, strategies: parts.count, cash: settings.cash)
        deciding = Deciding(market, settings, parts: parts)
        risking = Risking(market, settings)
        executing = Executing(instruments: symbols.count, settings)
        hearing = Hearing(market, settings)
        acting = Acting(market)
        recording = Recording(symbols: symbols, days: market.bars.dayCount, settings)
        // An instant has a few: a list that begins with one is copied on the way there.
        reports.reserveCapacity(8)
        watchesBars = deciding.watchesBars || risking.watchesBars || executing.watchesBars
    }
}
