import Domain
import Exchange
import Portfolio

/// Corporate actions: on their ex-date they change positions, open orders and stops, and what is left of them is kept.
struct Acting {
    private let actions: [MarketAction]
    private var done = 0
    /// When the next action is due; the end of time where none is.
    private(set) var next: Int64
    /// By instrument, the measure in which strategies see its prices.
    private(set) var measures: [Measure]
    /// There was a split: prices are not seen as they are.
    private(set) var rescales = false

    init(_ market: borrowing Market) {
        actions = market.actions
        next = actions.first?.action.exAt.nanoseconds ?? .max
        measures = Array(repeating: Measure(), count: market.symbols.count)
    }

    fileprivate mutating func take() -> MarketAction {
        defer {
            done += 1
            next = done < actions.count ? actions[done].action.exAt.nanoseconds : .max
        }
        return actions[done]
    }

    fileprivate mutating func rescale(_ item: MarketAction) throws(CorporateActionError) {
        try measures[item.instrument].split(item.action)
        rescales = true
    }
}

extension TradingDesk {
    /// Applies every action whose ex-date has come, to the exchange's orders and holdings, to the ledger, and to what
    /// execution follows.
    mutating func act(at now: Timestamp) throws(BacktestError) {
        while acting.next <= now.nanoseconds {
            let item = acting.take()
            let index = SymbolIndex(item.instrument)
            let (held, cash) = (ledger[index].quantity, ledger.cash)
            do {
                try exchange.apply(item.action, to: index, at: now, &reports)
                try ledger.apply(item.action, to: index, &recording.record.trades)
                try executing.execution.onAction(item.action, of: item.instrument, at: now)
                if item.action.kind == .split {
                    try acting.rescale(item)
                    deciding.onSplit(item.action, of: item.instrument)
                    risking.onSplit(item.action, of: item.instrument)
                }
            } catch {
                throw BacktestError(error, at: now)
            }
            if risking.asks { tellPosition(of: item.instrument) }
            recording.record.actions.append(
                BacktestRecord.Action(
                    instrument: item.instrument, action: item.action, held: held,
                    after: ledger[index].quantity,
                    cash: ledger.cash - cash))
            if item.action.kind == .dividend { recording.record.otherCash += ledger.cash - cash }
        }
    }
}
