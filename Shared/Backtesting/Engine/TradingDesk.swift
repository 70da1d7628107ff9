import Domain
import Exchange
import Execution
import Portfolio
import Risk
import Strategies

/// The machines behind a strategy, wired together in one process: portfolio, risk, execution, exchange and ledger.
///
/// What passes between them are the messages of the mesh, and they exist only where something happens; a bar on which
/// nothing happens touches the exchange's two bounds and the ledger's mark.
struct TradingDesk: ~Copyable {
    var exchange: Exchange
    var ledger: Ledger
    var reports: [Report] = []

    private let symbols: [Symbol]
    private let settings: BacktestSettings
    private let asksRisk: Bool
    /// The allocation looks at volatilities, which cost a logarithm a bar.
    let usesVolatility: Bool
    private var volatilities: VolatilityBook
    private var allocator: Allocator
    private var gate: RiskGate
    private var execution = Execution()
    private var outbox = Execution.Outbox()
    private var record: BacktestRecord
    private var course: Course
    /// The instrument of each order, and whether it is still on its way; by the order's place.
    private var instruments: [Int32] = []
    private var isWorking: [Bool] = []
    private var rejected = 0
    /// The number of the next proposal on its topic.
    private var proposalNumber: UInt64 = 0
    private let proposalTopic = Topic("trading/proposal")

    init(table: BarTable, _ settings: BacktestSettings) {
        let rules = settings.rules(for: table)
        symbols = table.symbols
        self.settings = settings
        usesVolatility = settings.allocation.rule.usesVolatility
        volatilities = VolatilityBook(spans: table.spans)
        exchange = Exchange(rules: rules, symbols: symbols.count, cash: [settings.cash])
        ledger = Ledger(symbols: symbols.count, cash: settings.cash)
        allocator = Allocator(instruments: symbols.count, settings.allocation)
        asksRisk = settings.risk != .none
        gate = RiskGate(
            account: settings.account, instruments: symbols.count, checks: settings.risk.checks,
            lot: settings.allocation.lot)
        record = BacktestRecord(symbols: symbols, cash: settings.cash)
        course = Course(cash: settings.cash, keepsMoments: settings.keepsCourse)
    }

    @inline(__always) mutating func isDue(at now: Timestamp) -> Bool { allocator.isDue(at: now) }

    mutating func note(_ close: Price, of instrument: Int) { volatilities.onBar(close, of: instrument) }

    /// Opinions become proposals, verdicts and orders.
    mutating func decide(
        _ opinions: inout Opinions, _ timers: inout Timers, at now: Timestamp
    ) throws(BacktestError) {
        for item in opinions.items { allocator.onSignal(item.signal, of: item.instrument) }
        timers.add(opinions.wakes)
        opinions.removeAll()
        guard allocator.isDue(at: now) else { return }
        do {
            let proposals = try allocator.proposals(
                cash: ledger.cash, equity: ledger.equity, at: now,
                holding: {
                    let holding = ledger[SymbolIndex($0)]
                    return Allocator.Holding(quantity: holding.quantity, price: holding.price)
                },
                volatility: { volatilities.volatility(of: $0) })
            for proposal in proposals { try place(proposal, at: now) }
        } catch {
            throw BacktestError(error, at: now)
        }
    }

    private mutating func place(_ proposed: Allocator.Proposal, at now: Timestamp) throws {
        if asksRisk { tellRisk(at: now) }
        proposalNumber += 1
        let verdict = gate.onProposal(
            proposed.proposal, of: proposed.instrument, price: proposed.price,
            cause: Cause(topic: proposalTopic, epoch: 1, number: proposalNumber), at: now)
        try execution.onVerdict(verdict, &outbox)
        let place = execution.orders.count - 1
        instruments.append(Int32(proposed.instrument))
        isWorking.append(verdict.approved)
        record.proposedAt.append(now)
        record.reasons.append(proposed.proposal.reason)
        if asksRisk { note(verdict, place) }
        outbox.removeAll()
        guard verdict.approved else {
            rejected += 1
            return
        }
        allocator.onOrderSent(of: proposed.instrument)
        let order = verdict.order
        exchange.submit(
            Ticket(
                tag: UInt64(place), symbol: SymbolIndex(proposed.instrument), side: order.side,
                kind: order.kind, timeInForce: order.timeInForce, quantity: order.quantity,
                limit: order.limit ?? .zero, stop: order.stop ?? .zero, trail: order.trail ?? .zero,
                trailShare: order.trailShare, notional: order.notional ?? .zero,
                validUntil: order.validUntil), at: now, &reports)
    }

    /// Portfolio tells risk of the account and its positions before it proposes.
    private mutating func tellRisk(at now: Timestamp) {
        gate.onAccount(
            Account(
                account: settings.account, cash: ledger.cash, equity: ledger.equity, gross: ledger.gross),
            at: now)
        for instrument in symbols.indices {
            let holding = ledger[SymbolIndex(instrument)]
            gate.onPosition(
                Position(
                    account: settings.account, symbol: symbols[instrument], quantity: holding.quantity,
                    marketPrice: holding.price),
                of: instrument)
        }
    }

    private mutating func note(_ verdict: Verdict, _ place: Int) {
        let failed = verdict.checks.filter { !$0.passed }
        guard !failed.isEmpty else { return }
        if verdict.approved { record.trimmed += 1 }
        let verb = verdict.approved ? "trimmed" : "rejected"
        record.reasons[place] += "; \(verb): " + failed.map(\.explanation).joined(separator: ", ")
        for check in failed {
            if let known = record.interventions.firstIndex(where: { $0.check == check.name }) {
                record.interventions[known].count += 1
            } else {
                record.interventions.append((check.name, 1))
            }
        }
    }

    /// Books what the exchange reports, and shows the strategy its fills.
    mutating func settle(
        at now: Timestamp, _ onFill: (Fill, Int) -> Void
    ) throws(BacktestError) {
        do {
            // A report can lead to no other within the same moment: nothing is decided here.
            for report in reports { try book(report, onFill) }
            reports.removeAll(keepingCapacity: true)
        } catch {
            throw BacktestError(error, at: now)
        }
    }

    private mutating func book(_ report: Report, _ onFill: (Fill, Int) -> Void) throws {
        if report.kind == .state { return charge(report) }
        if report.tag == Ticket.liquidation { return liquidate(report) }
        let place = Int(report.tag)
        let event: OrderEvent
        switch report.kind {
        case .accepted: event = .accepted(venueOrderId: "")
        case .filled:
            let fill = fill(report, of: execution.orders[place].order)
            event = .fill(fill)
            count(fill, of: report.symbol)
            onFill(fill, report.symbol.number)
        case .cancelled: event = .cancelled(reason: report.reason.text)
        case .expired: event = .expired
        case .rejected:
            event = .rejectedByBroker(reason: report.reason.text)
            rejected += 1
        case .replaced, .cancelRejected, .unknownOrder, .state: return
        }
        try execution.onEvent(event, of: place, &outbox)
        outbox.removeAll()
        if isWorking[place], execution.orders[place].state.hasEnded {
            isWorking[place] = false
            allocator.onOrderEnd(of: Int(instruments[place]))
            if asksRisk { gate.onOrderEnd(execution.orders[place].order.id) }
        }
    }

    /// Interest on what is borrowed.
    private mutating func charge(_ report: Report) {
        guard report.reason == .borrow else { return }
        ledger.chargeBorrow(report.fee, on: report.symbol)
        record.otherCash -= report.fee
    }

    /// The exchange closes what the account can no longer carry: nobody proposed it, and it is booked all the same.
    private mutating func liquidate(_ report: Report) {
        guard report.kind == .filled else { return }
        record.liquidations += 1
        let order = Order(
            id: "liquidation", account: settings.account, symbol: symbols[report.symbol.number])
        count(fill(report, of: order), of: report.symbol)
    }

    private func fill(_ report: Report, of order: Order) -> Fill {
        Fill(
            id: String(report.execution), orderId: order.id, account: order.account, strategy: order.strategy,
            symbol: order.symbol, side: report.side, quantity: report.quantity, price: report.price,
            fee: report.fee, at: report.at)
    }

    private mutating func count(_ fill: Fill, of symbol: SymbolIndex) {
        ledger.book(
            Deal(
                symbol: symbol, side: fill.side, quantity: fill.quantity, price: fill.price, fee: fill.fee,
                at: fill.at), &record.trades)
        record.fills.append(fill)
    }

    /// A new instant begins: where it is of another day, the account is kept as it stood at the end of the last one.
    @inline(__always) mutating func open(instant at: Int64) {
        if at >= course.dayEnd { course.endDay(before: at, ledger, &record.days) }
    }

    /// The instant is over.
    @inline(__always) mutating func close(instant at: Int64) {
        course.close(instant: at, equity: ledger.equity, isHolding: ledger.long != ledger.short)
    }

    consuming func finish(bars: Int, warmUp: Int) -> BacktestRecord {
        course.endDay(before: .max, ledger, &record.days)
        record.bars = bars
        record.warmUp = warmUp
        record.instants = course.instants
        record.instantsHeld = course.instantsHeld
        record.maxDrawdown = course.maxDrawdown
        if course.instants == course.moments.count { record.course = course.moments }
        record.finalEquity = ledger.equity
        record.finalCash = ledger.cash
        record.orders = execution.orders
        record.rejected = rejected
        record.fees = ledger.books.fees
        for instrument in symbols.indices {
            let holding = ledger[SymbolIndex(instrument)]
            if holding.quantity != .zero { record.positions.append((instrument, holding)) }
        }
        return record
    }
}
