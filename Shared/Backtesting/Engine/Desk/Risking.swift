import Domain
import Exchange
import Portfolio
import Risk

/// Risk's stage: proposals become verdicts.
struct Risking {
    var gate: RiskGate
    /// Stops and targets, and the orders that rest for them.
    var guarding: Guarding
    /// There is a check to be asked.
    let asks: Bool
    /// Risk wants to see every bar and quote: to check proposals by them, or to guard positions.
    let watchesBars: Bool
    /// How a run goes on after a halt.
    let lift: HaltLift
    /// What the market's hours and intervals are, for gaps in the data.
    let hours: TradingHours
    let span: Int64
    /// When risk was told of the account last, and when it last looked at the bars of an instant.
    fileprivate var toldAt: Timestamp = .distantPast
    var lookedAt: Timestamp = .distantPast
    /// The number of the next proposal on its topic.
    private var proposalNumber: UInt64 = 0
    private let topic = Topic("trading/proposal")

    init(_ market: borrowing Market, _ settings: borrowing BacktestSettings) {
        hours = settings.rules(for: market).hours == .xnys ? .xnys : .continuous
        span = market.bars.spans.filter { $0 > 0 }.min() ?? Nanoseconds.day
        gate = RiskGate(
            settings.risk, account: settings.account, symbols: market.symbols, lot: settings.allocation.lot,
            hours: hours, works: settings.execution != nil)
        guarding = Guarding(market.symbols.count, settings)
        asks = !gate.isOff
        watchesBars = asks || guarding.isOn
        lift = settings.risk.lift
    }

    /// A bar is over; `wakeRisk` comes when all of its instant are.
    mutating func onBar(_ bar: Bar, of instrument: Int, at now: Timestamp) {
        if asks {
            gate.onBar(
                high: bar.high, low: bar.low, close: bar.close, volume: bar.volume, span: bar.span,
                closingAt: now, of: instrument)
        }
        if guarding.isOn {
            guarding.positions.book.onBar(high: bar.high, low: bar.low, close: bar.close, of: instrument)
        }
    }

    mutating func onQuote(_ quote: Quote, of instrument: Int, at now: Timestamp) {
        if asks { gate.onQuote(bid: quote.bid, ask: quote.ask, at: quote.at, of: instrument) }
    }

    /// Shares were split: what is measured in shares and prices changes, and nothing has happened.
    mutating func onSplit(_ action: CorporateAction, of instrument: Int) {
        if asks { gate.onSplit(action.numerator, for: action.denominator, of: instrument) }
        if guarding.isOn {
            guarding.positions.book.onSplit(action.numerator, for: action.denominator, of: instrument)
        }
    }

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
        let cause = risking.nextCause()
        let verdict = risking.gate.onProposal(
            proposal, of: instrument, price: price,
            stopDistance: risking.asks ? stopDistance(of: instrument, from: price) : nil,
            cause: cause, at: now)
        if risking.guarding.isOn, verdict.approved {
            standDown(before: verdict.order, of: instrument, at: now)
        }
        let place = executing.entries.count
        let errand = Errand(instrument: instrument, strategy: strategy, reason: proposal.reason)
        try execute(verdict, on: errand, cause: cause, at: now)
        if risking.asks { recording.note(verdict, of: place) }
    }

    /// Sends a proposal in which neither risk nor execution has a say; false where one has. The order is named, followed,
    /// asked of the exchange and recorded like every other, and no verdict and no request are put together on the way.
    mutating func sendUnasked(
        _ proposal: Allocator.Proposal, at now: Timestamp, for strategy: Int
    ) throws -> Bool {
        guard !risking.asks, !executing.works, proposal.quantity.isPositive else { return false }
        // What is put together elsewhere, or handed on without being given away, is copied on its way.
        var order = Order()
        var errand = Errand(instrument: proposal.instrument, strategy: strategy, reason: "")
        deciding.allocators[strategy].write(proposal, to: &order, &errand.reason)
        risking.gate.name(&order, risking.nextCause())
        if risking.guarding.isOn { standDown(before: order, of: proposal.instrument, at: now) }
        try send(consume order, on: errand, at: now)
        return true
    }

    /// Stops that were reached and halts that flatten make their proposals: after the bars of an instant where risk
    /// watches bars, and at the moments that it put in `timers`.
    mutating func wakeRisk(at now: Timestamp) throws {
        if risking.asks { try lookForHalts(at: now) }
        if risking.guarding.isOn { try guardPositions(at: now) }
        risking.lookedAt = now
    }

    /// How far away a position would be given up: by the stops of the run, or by that which the strategy named.
    func stopDistance(of instrument: Int, from price: Price) -> Price? {
        let own =
            risking.guarding.isOn
            ? risking.guarding.positions.book.distance(from: price, of: instrument) : nil
        let named = Allocator.stopDistance(of: instrument, from: price, by: deciding.allocators)
        guard let own, let named else { return own ?? named }
        return min(own, named)
    }

    /// Portfolio tells risk of the account and of what is held before it proposes: once in an instant, and of those
    /// instruments alone that are held or asked for.
    private mutating func tellRisk(at now: Timestamp) {
        guard risking.toldAt != now else { return }
        risking.toldAt = now
        risking.gate.onAccount(
            Account(
                account: account, cash: ledger.cash, equity: ledger.equity,
                buyingPower: hearing.goesByInstants
                    ? hearing.buyingPower : exchange.buyingPower(of: 0, at: now),
                gross: ledger.gross),
            at: now)
        for instrument in risking.gate.book.active {
            risking.gate.mark(instrument, at: ledger[SymbolIndex(instrument)].price)
        }
    }

    /// What is held of an instrument has changed.
    mutating func tellPosition(of instrument: Int) {
        let holding = ledger[SymbolIndex(instrument)]
        risking.gate.onPosition(
            Position(
                account: account, symbol: symbols[instrument], quantity: holding.quantity,
                marketPrice: holding.price),
            of: instrument)
        risking.toldAt = .distantPast
    }

    /// A fill has been booked, and closed those trades that came since.
    mutating func followFill(_ fill: Fill, of instrument: Int, closing trades: Int) {
        let holding = ledger[SymbolIndex(instrument)]
        if risking.asks {
            for trade in recording.record.trades[trades...] {
                risking.gate.onClose(trade.profit - trade.fees, strategy: fill.strategy, of: instrument)
            }
            risking.gate.onFill(
                fill.orderId, strategy: fill.strategy, fill.side, fill.quantity, at: fill.price,
                of: instrument)
            tellPosition(of: instrument)
        }
        if risking.guarding.isOn { followGuarded(fill, of: instrument, holding) }
    }
}
