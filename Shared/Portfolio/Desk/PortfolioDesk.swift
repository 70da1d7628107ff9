import Domain
import Stops

/// Portfolio among the machines of the mesh: keeps the books by what the venue reports, turns the signals of strategies
/// into proposals, and tells risk of the account. Ledger and allocators are those of a backtest, called in the same order.
///
/// An instant's fills are booked before its bars are marked, and it decides when all of the instant is known.
public final class PortfolioDesk: Desk {
    public struct Setup: Sendable {
        /// A strategy of the account, and its part of the money.
        public struct Part: Sendable {
            public var label: String
            public var cash: Money

            public init(label: String, cash: Money) {
                self.label = label
                self.cash = cash
            }
        }

        public var account: String
        public var cash: Money
        public var parts: [Part]
        public var symbols: SymbolTable
        /// The length of the market's bars.
        public var span: Int64
        public var allocation: AllocationSettings
        /// The sector of each symbol, where it is known.
        public var sectors: [Int?]
        /// When positions are given up.
        public var stops: StopPlan
        /// A broker pays what companies pay, at its own time, and tells of it.
        public var hasBroker: Bool
        /// Approvals are worked over time: execution tells when one is over.
        public var works: Bool

        public init(
            account: String, cash: Money, parts: [Part], symbols: [Symbol], span: Int64,
            allocation: AllocationSettings, sectors: [Int?], stops: StopPlan = StopPlan(),
            hasBroker: Bool = false, works: Bool = false
        ) {
            self.account = account
            self.cash = cash
            self.parts = parts
            self.symbols = SymbolTable(symbols)
            self.span = span
            self.allocation = allocation
            self.sectors = sectors
            self.stops = stops
            self.hasBroker = hasBroker
            self.works = works
        }

        func strategy(_ label: String) -> Int? { parts.firstIndex { $0.label == label } }
    }

    let setup: Setup
    var ledger: Ledger
    var allocators: [Allocator]
    var volatilities: VolatilityBook
    /// The closes of days, where the allocation looks at them.
    var returns: ReturnBook?
    var orders = WorkingOrders()
    var guarding: Guarding
    var proposedClosings: [ProposedClosing] = []
    /// The lots that the last deal closed.
    var trades: [ClosedLot] = []
    /// By instrument, the measure in which allocations compare its prices.
    var measures: [Measure]
    /// When a company did something to its shares last.
    var actedAt = Timestamp.distantPast
    /// What the venue says that the account may spend.
    private var buyingPower: Money
    /// The halt that wants every position closed.
    var flattening: Origin?
    /// The signal in force of each strategy, by instrument.
    private var signals: [[Origin?]]
    var closed = Timestamp.distantPast
    /// How many orders of each instrument the venue's side has held back in a row; and how many of those that would have
    /// made a position smaller.
    var heldBack: [Int: Int] = [:]
    var exitsHeldBack: [Int: Int] = [:]

    public init(_ setup: Setup) {
        self.setup = setup
        ledger = Ledger(symbols: setup.symbols.count, strategies: setup.parts.count, cash: setup.cash)
        allocators = setup.parts.map { _ in
            Allocator(instruments: setup.symbols.count, setup.allocation, sectors: setup.sectors)
        }
        let spans = setup.symbols.symbols.map { _ in setup.span }
        measures = spans.map { _ in Measure() }
        volatilities = VolatilityBook(spans: spans)
        let days = setup.allocation.rule.historyDays
        if days > 0 { returns = ReturnBook(spans: spans, days: days) }
        guarding = Guarding(
            setup.stops, instruments: setup.symbols.count, lot: setup.allocation.lot,
            hasBroker: setup.hasBroker)
        buyingPower = setup.cash
        signals = setup.parts.map { _ in setup.symbols.symbols.map { _ in nil } }
    }

    public func receive(_ message: Message, at now: Timestamp, _ outbox: inout Outbox) {
        switch message.body {
        case .verdict(let verdict) where message.topic == .guardVerdict: hear(guard: verdict)
        case .verdict(let verdict): hear(verdict)
        case .planEnd(let plan): end(orders.end(plan.orderId))
        case .halt(let halt):
            if !halt.active { flattening = nil } else if halt.flatten { flatten(from: message.asOrigin) }
        case .brokerReport(let report): hear(report, message, &outbox)
        case .account(let funds): buyingPower = funds.buyingPower
        case .bar(let bar):
            guard let symbol = setup.symbols.index(of: bar.symbol) else { return }
            ledger.mark(symbol, at: bar.close)
            let close = measures[symbol.number].shown(bar.close)
            if setup.allocation.rule.usesVolatility { volatilities.onBar(close, of: symbol.number) }
            returns?.onBar(close, of: symbol.number, at: now)
            guard guarding.isOn else { return }
            guarding.positions.book.onBar(
                high: bar.high, low: bar.low, close: bar.close, of: symbol.number)
        case .corporateAction(let action): act(action, at: now, &outbox)
        case .signal(let signal):
            guard let symbol = setup.symbols.index(of: signal.symbol),
                let strategy = setup.strategy(signal.strategy)
            else { return }
            guardPositions(at: now, &outbox)
            allocators[strategy].onSignal(signal, of: symbol.number)
            signals[strategy][symbol.number] = message.asOrigin
        case .step(let step) where step.time > closed:
            closed = step.time
            close(at: step.time, &outbox)
        default: break
        }
    }

    // MARK: What is heard

    /// An order is on its way from its approval on.
    private func hear(_ verdict: Verdict) {
        guard verdict.approved, let (strategy, symbol) = owner(of: verdict.order) else { return }
        orders.begin(verdict.order)
        allocators[strategy].onOrderSent(of: symbol.number)
        noteSent(verdict.order, of: symbol)
    }

    private func hear(_ report: BrokerReport, _ message: Message, _ outbox: inout Outbox) {
        if let fill = report.fill, let symbol = setup.symbols.index(of: fill.symbol) {
            book(fill, of: symbol, &outbox)
            followGuarded(fill, of: symbol, because: message.asOrigin)
        } else if report.charge != .zero {
            book(charge: report)
        }
        if hear(guard: report) { return }
        // Of what is worked the venue knows parts: when the whole is over execution tells.
        guard !setup.works, let ended = orders.take(report) else { return noteTaken(report) }
        guard let (strategy, symbol) = end(ended) else { return }
        if guarding.isOn { guarding.positions.onEnd(ended.name, of: symbol.number) }
        if report.kind == .cancelled, report.venueOrderId.isEmpty {
            rest(symbol, strategy, ended.side)
        }
    }

    /// An order is not on its way any more.
    @discardableResult
    private func end(_ order: Order?) -> (strategy: Int, symbol: SymbolIndex)? {
        guard let order, let owner = owner(of: order) else { return nil }
        allocators[owner.strategy].onOrderEnd(of: owner.symbol.number)
        return owner
    }

    func owner(of order: Order) -> (strategy: Int, symbol: SymbolIndex)? {
        guard let strategy = setup.strategy(order.strategy),
            let symbol = setup.symbols.index(of: order.symbol)
        else { return nil }
        return (strategy, symbol)
    }

    /// Books a fill for the strategy whose order it is; what nobody of them ordered is for those that held it.
    private func book(_ fill: Fill, of symbol: SymbolIndex, _ outbox: inout Outbox) {
        let own = setup.strategy(fill.strategy) ?? (setup.parts.count == 1 ? 0 : nil)
        for part in own.map({ [(strategy: $0, fill: fill, worth: nil)] })
            ?? ledger.parts(of: fill, in: symbol)
        {
            ledger.book(
                Deal(
                    symbol: symbol, strategy: part.strategy, side: part.fill.side,
                    quantity: part.fill.quantity, price: part.fill.price, fee: part.fill.fee, at: part.fill.at
                ), worth: part.worth, &trades)
        }
        let closed = trades.isEmpty ? nil : trades.reduce(Money.zero) { $0 + ($1.profit - $1.fees) }
        trades.removeAll(keepingCapacity: true)
        tell(of: symbol, fill, closed, &outbox)
    }

    /// Tells what is held of a symbol, and what moved it.
    func tell(of symbol: SymbolIndex, _ fill: Fill?, _ closed: Money?, _ outbox: inout Outbox) {
        let holding = ledger[symbol]
        outbox.send(
            .position(
                Position(
                    account: setup.account, symbol: setup.symbols[symbol], quantity: holding.quantity,
                    averagePrice: holding.averagePrice, marketPrice: holding.price,
                    realised: holding.realised, unrealised: holding.unrealised, fill: fill, closed: closed)),
            on: .position(setup.symbols[symbol]))
    }

    // MARK: What is decided

    /// All of an instant is known.
    private func close(at now: Timestamp, _ outbox: inout Outbox) {
        // Between two instants of the market prices are not those of what was paid or split yet: equity is no high then.
        let isOfMarket = actedAt != now
        if isOfMarket { ledger.endInstant() }
        outbox.send(
            .account(
                Account(
                    account: setup.account, cash: ledger.cash, equity: ledger.equity,
                    highWater: ledger.highWater, buyingPower: buyingPower, gross: ledger.gross,
                    net: ledger.net)), on: .account)
        if isOfMarket, let flattening { flatten(because: flattening, at: now, &outbox) }
        guardPositions(at: now, &outbox)
        for strategy in allocators.indices where allocators[strategy].isDue(at: now) {
            decide(for: strategy, at: now, &outbox)
        }
        forgetClosings()
    }

    private func decide(for strategy: Int, at now: Timestamp, _ outbox: inout Outbox) {
        let (cash, equity) = ledger.money(of: strategy, beganWith: setup.parts[strategy].cash)
        do {
            let proposals = try allocators[strategy].proposals(
                cash: cash, equity: equity, at: now,
                holding: {
                    Allocator.Holding(
                        quantity: ledger.quantity(of: strategy, in: SymbolIndex($0)),
                        price: ledger[SymbolIndex($0)].price)
                },
                volatility: { volatilities.volatility(of: $0) },
                distance: { stopDistance(of: $0, from: ledger[SymbolIndex($0)].price) }, returns: returns)
            for proposal in proposals {
                propose(
                    allocators[strategy].inWords(proposal), of: proposal.instrument, price: proposal.price,
                    because: signals[strategy][proposal.instrument], &outbox)
            }
        } catch {
            outbox.send(
                .alarm(
                    Alarm(
                        level: .critical, code: "allocation",
                        explanation:
                            "\(setup.parts[strategy].label) decides nothing at this moment: \(error)")),
                on: .alarm(from: "portfolio"))
        }
    }

    func propose(
        _ proposal: OrderProposal, of instrument: Int, price: Price, because origin: Origin?,
        _ outbox: inout Outbox
    ) {
        var proposal = proposal
        proposal.price = price
        proposal.stopDistance = [
            stopDistance(of: instrument, from: price),
            Allocator.stopDistance(of: instrument, from: price, by: allocators),
        ].compactMap { $0 }.min()
        if setup.works { proposal.intent = intent(of: proposal.order, SymbolIndex(instrument)) }
        outbox.send(.orderProposal(proposal), on: .proposal, because: origin)
    }

    /// An order that makes its strategy's position smaller is an exit, and is never given up.
    private func intent(of order: Order, _ symbol: SymbolIndex) -> OrderIntent {
        guard let strategy = setup.strategy(order.strategy) else { return .enter }
        let held = ledger.quantity(of: strategy, in: symbol)
        return (order.side == .sell ? held.isPositive : held.isNegative) ? .leave : .enter
    }

    // MARK: What is remembered

    public static let snapshotVersion: UInt32 = 3

    public func remember(_ walk: inout SnapshotWalk) throws(SnapshotMismatch) {
        try ledger.remember(&walk)
        try walk.each(&allocators) { (allocator, walk) throws(SnapshotMismatch) in
            try allocator.remember(&walk)
        }
        try volatilities.remember(&walk)
        if returns != nil { try returns!.remember(&walk) }
        try orders.remember(&walk)
        try walk.amount(&buyingPower)
        try walk.origin(&flattening)
        try walk.each(&signals) { (row, walk) throws(SnapshotMismatch) in
            try walk.each(&row) { (signal, walk) throws(SnapshotMismatch) in try walk.origin(&signal) }
        }
        try walk.moment(&closed)
        // An older snapshot ends here.
        if walk.isReading, walk.isAtEnd { return }
        try walk.counts(&heldBack)
        try walk.each(&allocators) { (allocator, walk) throws(SnapshotMismatch) in
            try allocator.rememberRests(&walk)
        }
        if walk.isReading, walk.isAtEnd { return }
        try walk.each(&measures) { (measure, walk) throws(SnapshotMismatch) in try measure.remember(&walk) }
        try walk.moment(&actedAt)
        if walk.isReading, walk.isAtEnd { return }
        try walk.counts(&exitsHeldBack)
        try walk.each(&allocators) { (allocator, walk) throws(SnapshotMismatch) in
            try allocator.rememberExitRests(&walk)
        }
        try rememberGuarding(&walk)
    }
}
