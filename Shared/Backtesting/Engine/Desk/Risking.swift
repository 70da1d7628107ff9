import Domain
import Exchange
import Risk

/// Risk's stage: proposals become verdicts.
struct Risking {
    var gate: RiskGate
    /// There is a check to be asked.
    let asks: Bool
    /// Risk wants to see every bar and quote.
    let watchesBars = false
    /// The number of the next proposal on its topic.
    private var proposalNumber: UInt64 = 0
    private let topic = Topic("trading/proposal")

    init(instruments: Int, _ settings: BacktestSettings) {
        asks = settings.risk != .none
        gate = RiskGate(
            account: settings.account, instruments: instruments, checks: settings.risk.checks,
            lot: settings.allocation.lot)
    }

    /// A bar is over; `wakeRisk` comes when all of its instant are.
    mutating func onBar(_ bar: Bar, of instrument: Int, at now: Timestamp) {}
    mutating func onQuote(_ quote: Quote, of instrument: Int, at now: Timestamp) {}
    /// An order of the account was filled, wholly or in part.
    mutating func onFill(_ fill: Fill, of instrument: Int, at now: Timestamp) {}

    mutating func nextCause() -> Cause {
        proposalNumber += 1
        return Cause(topic: topic, epoch: 1, number: proposalNumber)
    }
}

extension TradingDesk {
    /// The one way to the market: whoever wants an order, be it the allocator, a stop or a halt that flattens,
    /// proposes it here, at the price that is the last one known, for the strategy whose part it touches.
    mutating func propose(
        _ proposal: OrderProposal, of instrument: Int, price: Price, at now: Timestamp, for strategy: Int = 0
    ) throws {
        if risking.asks { tellRisk(at: now) }
        let verdict = risking.gate.onProposal(
            proposal, of: instrument, price: price, cause: risking.nextCause(), at: now)
        let place = executing.instruments.count
        let errand = Errand(instrument: instrument, strategy: strategy, reason: proposal.reason)
        try execute(verdict, on: errand, at: now)
        if risking.asks { recording.note(verdict, of: place) }
    }

    /// Stops that were reached and halts that flatten make their proposals: after the bars of an instant where risk
    /// watches bars, and at the moments that it put in `timers`.
    mutating func wakeRisk(at now: Timestamp) throws {}

    /// Portfolio tells risk of the account and its positions before it proposes.
    private mutating func tellRisk(at now: Timestamp) {
        risking.gate.onAccount(
            Account(
                account: settings.account, cash: ledger.cash, equity: ledger.equity, gross: ledger.gross),
            at: now)
        for instrument in symbols.indices {
            let holding = ledger[SymbolIndex(instrument)]
            risking.gate.onPosition(
                Position(
                    account: settings.account, symbol: symbols[instrument], quantity: holding.quantity,
                    marketPrice: holding.price),
                of: instrument)
        }
    }
}
