import Domain
import Portfolio
import Strategies

/// The portfolio's stage: opinions become proposals.
///
/// Each strategy has an allocator of its own, which spends the strategy's part of the money and what it made of it.
struct Deciding {
    var allocators: [Allocator]
    /// What each strategy began with.
    let parts: [Money]
    private(set) var volatilities: VolatilityBook
    /// The allocation looks at volatilities, which cost a logarithm a bar.
    let watchesBars: Bool

    init(spans: [Int64], _ settings: BacktestSettings, parts: [Money]) {
        self.parts = parts
        allocators = parts.map { _ in Allocator(instruments: spans.count, settings.allocation) }
        // Instruments that have no bars have no volatility either.
        volatilities = VolatilityBook(spans: spans.map { $0 > 0 ? $0 : Nanoseconds.day })
        watchesBars = settings.allocation.rule.usesVolatility
    }

    /// Since when an allocator has something to do, or from when on it will have, in nanoseconds.
    var nextDue: Int64 {
        var next = Int64.max
        for strategy in allocators.indices { next = min(next, allocators[strategy].nextDue.nanoseconds) }
        return next
    }

    /// A position was closed by a stop, a target or a halt: what was said of the instrument is used up.
    mutating func onStopped(_ instrument: Int) {
        for strategy in allocators.indices { allocators[strategy].onStopped(instrument) }
    }

    mutating func onSplit(_ action: CorporateAction, of instrument: Int) {
        for strategy in allocators.indices {
            allocators[strategy].onSplit(action.numerator, for: action.denominator, of: instrument)
        }
    }

    mutating func onBar(_ bar: Bar, of instrument: Int) {
        volatilities.onBar(bar.close, of: instrument)
    }
}

extension TradingDesk {
    /// Hears what strategies have said.
    mutating func hear(_ opinions: inout Opinions) {
        for var item in opinions.items {
            if acting.rescales {
                let measure = acting.measures[item.instrument]
                item.signal.stop = item.signal.stop.map(measure.real)
                item.signal.target = item.signal.target.map(measure.real)
            }
            deciding.allocators[item.speaker].onSignal(item.signal, of: item.instrument)
        }
        for wake in opinions.wakes { timers.add(wake.at, for: .strategy(wake.speaker)) }
        opinions.removeAll()
    }

    /// Opinions that are in force become proposals, verdicts and orders.
    mutating func decide(at now: Timestamp) throws(BacktestError) {
        for strategy in deciding.allocators.indices where deciding.allocators[strategy].nextDue <= now {
            do {
                try decide(for: strategy, at: now)
            } catch {
                throw BacktestError(error, at: now)
            }
        }
    }

    private mutating func decide(for strategy: Int, at now: Timestamp) throws {
        let (cash, equity) = ledger.money(of: strategy, beganWith: deciding.parts[strategy])
        let proposals = try deciding.allocators[strategy].proposals(
            cash: cash, equity: equity, at: now,
            holding: {
                Allocator.Holding(
                    quantity: ledger.quantity(of: strategy, in: SymbolIndex($0)),
                    price: ledger[SymbolIndex($0)].price)
            },
            volatility: { deciding.volatilities.volatility(of: $0) },
            distance: {
                guard risking.guarding.isOn else { return nil }
                return risking.guarding.book.distance(from: ledger[SymbolIndex($0)].price, of: $0)
            })
        for place in proposals.indices {
            try propose(
                proposals[place].proposal, of: proposals[place].instrument, price: proposals[place].price,
                at: now, for: strategy)
        }
    }
}
