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
    /// The closes of days, where the allocation looks at them.
    private(set) var returns: ReturnBook?
    /// What was proposed in this instant to close a position: the strategy and the instrument.
    var closings: [(strategy: Int, instrument: Int)] = []
    /// Room for what is proposed at a moment.
    fileprivate var proposals: [Allocator.Proposal] = []
    /// The allocation looks at volatilities, which cost a logarithm a bar, or at returns.
    let watchesBars: Bool
    fileprivate let watchesVolatility: Bool

    init(_ market: borrowing Market, _ settings: borrowing BacktestSettings, parts: [Money]) {
        self.parts = parts
        let rule = settings.allocation.rule
        let sectors = settings.risk.sectorNumbers(of: market.symbols)
        let (instruments, allocation) = (market.symbols.count, settings.allocation)
        allocators = parts.map { _ in
            Allocator(instruments: instruments, allocation, sectors: sectors)
        }
        // Instruments that have no bars have no volatility either.
        let spans = market.bars.spans.map { $0 > 0 ? $0 : Nanoseconds.day }
        watchesVolatility = rule.usesVolatility
        volatilities = VolatilityBook(spans: watchesVolatility ? spans : [])
        if rule.historyDays > 0 { returns = ReturnBook(spans: spans, days: rule.historyDays) }
        watchesBars = watchesVolatility || returns != nil
    }

    /// What the allocation had no answer to, in sentences.
    var notes: [String] {
        allocators.flatMap(\.troubles).map { trouble in
            let times = trouble.count == 1 ? "on" : "\(trouble.count) times, first on"
            return
                "the allocation had no answer \(times) \(trouble.first.dateUTC), and the weights stayed as they were: "
                + trouble.sentence
        }
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

    mutating func onBar(_ bar: Bar, of instrument: Int, at now: Timestamp) {
        if watchesVolatility { volatilities.onBar(bar.close, of: instrument) }
        returns?.onBar(bar.close, of: instrument, at: now)
    }
}

extension TradingDesk {
    /// Hears what strategies have said.
    mutating func hear(_ opinions: inout Opinions) {
        opinions.takeItems { item in
            if acting.rescales { item.signal = acting.measures[item.instrument].real(item.signal) }
            deciding.allocators[item.speaker].take(&item.signal, of: item.instrument)
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
        // The list is taken out while it is used, and put back with its room.
        var proposals: [Allocator.Proposal] = []
        swap(&proposals, &deciding.proposals)
        try deciding.allocators[strategy].propose(
            cash: cash, equity: equity, at: now,
            holding: {
                Allocator.Holding(
                    quantity: ledger.quantity(of: strategy, in: SymbolIndex($0)),
                    price: ledger[SymbolIndex($0)].price)
            },
            volatility: {
                deciding.watchesVolatility ? deciding.volatilities.volatility(of: $0) : nil
            },
            distance: {
                guard risking.guarding.isOn else { return nil }
                return risking.guarding.positions.book.distance(
                    from: ledger[SymbolIndex($0)].price, of: $0)
            }, returns: deciding.returns, &proposals)
        for proposal in proposals {
            if try sendUnasked(proposal, at: now, for: strategy) { continue }
            try propose(
                deciding.allocators[strategy].inWords(proposal), of: proposal.instrument,
                price: proposal.price, at: now, for: strategy)
        }
        // One by one: most often there is one or none, and to empty a whole array takes three times as long.
        while !proposals.isEmpty { proposals.removeLast() }
        swap(&proposals, &deciding.proposals)
    }
}
