import Domain
import Portfolio
import Strategies

/// The portfolio's stage: opinions become proposals.
struct Deciding {
    var allocator: Allocator
    private(set) var volatilities: VolatilityBook
    /// The allocation looks at volatilities, which cost a logarithm a bar.
    let watchesBars: Bool

    init(spans: [Int64], _ settings: BacktestSettings) {
        allocator = Allocator(instruments: spans.count, settings.allocation)
        volatilities = VolatilityBook(spans: spans)
        watchesBars = settings.allocation.rule.usesVolatility
    }

    mutating func onBar(_ bar: Bar, of instrument: Int) {
        volatilities.onBar(bar.close, of: instrument)
    }
}

extension TradingDesk {
    @inline(__always) mutating func isDue(at now: Timestamp) -> Bool { deciding.allocator.isDue(at: now) }

    /// Opinions become proposals, verdicts and orders.
    mutating func decide(_ opinions: inout Opinions, at now: Timestamp) throws(BacktestError) {
        for item in opinions.items { deciding.allocator.onSignal(item.signal, of: item.instrument) }
        takeWakes(&opinions)
        opinions.removeAll()
        guard isDue(at: now) else { return }
        do {
            let proposals = try deciding.allocator.proposals(
                cash: ledger.cash, equity: ledger.equity, at: now,
                holding: {
                    let holding = ledger[SymbolIndex($0)]
                    return Allocator.Holding(quantity: holding.quantity, price: holding.price)
                },
                volatility: { deciding.volatilities.volatility(of: $0) },
                distance: {
                    guard risking.guarding.isOn else { return nil }
                    return risking.guarding.book.distance(from: ledger[SymbolIndex($0)].price, of: $0)
                })
            for proposal in proposals {
                try propose(proposal.proposal, of: proposal.instrument, price: proposal.price, at: now)
            }
        } catch {
            throw BacktestError(error, at: now)
        }
    }
}
