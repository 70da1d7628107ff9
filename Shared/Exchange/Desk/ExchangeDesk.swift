import Domain

/// The exchange among the machines of the mesh: takes what is asked of a venue and the bars of the market, and answers
/// as a broker does. It is the exchange of a backtest, called in the same order.
///
/// What execution asked for in an instant comes in the next one, and before its bars. So an order meets the market in the
/// instant after it was sent at the earliest, and time passes for the orders of an instant before that.
public final class ExchangeDesk: Desk {
    public struct Setup: Sendable {
        public var account: String
        public var cash: Money
        public var symbols: SymbolTable
        public var rules: ExchangeRules

        public init(account: String, cash: Money, symbols: [Symbol], rules: ExchangeRules) {
            self.account = account
            self.cash = cash
            self.symbols = SymbolTable(symbols)
            self.rules = rules
        }
    }

    /// An order that was sent here.
    struct Known {
        var order: Order
        var handle: OrderHandle = .none
        /// The id of the order that stands in its place.
        var successor = ""
    }

    /// A request that waits for the instant in which it is answered.
    private struct Asked {
        var request: VenueRequest
        var at: Timestamp
        var origin: Origin?
    }

    private let setup: Setup
    private var exchange: Exchange
    private var reports: [Report] = []
    /// Every order, in the order in which they came: the exchange calls each by its place.
    var orders: [Known] = []
    private var places: [String: Int] = [:]
    private var waiting: [Asked] = []
    /// The latest instant, and whether time has passed for its orders.
    private var instant = Timestamp.distantPast
    private var isPassed = true
    /// The last instant that a step has closed.
    private var closed = Timestamp.distantPast
    private var funds = Account()
    /// Orders of which the other of their pair has traded a part.
    var reduced: Set<Int> = []

    public init(_ setup: Setup) {
        self.setup = setup
        exchange = Exchange(rules: setup.rules, symbols: setup.symbols.count, cash: [setup.cash])
    }

    public func receive(_ message: Message, at now: Timestamp, _ outbox: inout Outbox) {
        switch message.body {
        case .venueRequest(let request):
            // It is of the instant before, which is over for everybody else: an answer with that time would come into it
            // once more for whoever has to take it again.
            waiting.append(Asked(request: request, at: now, origin: message.asOrigin))
            return
        case .bar(let bar):
            guard let symbol = setup.symbols.index(of: bar.symbol) else { return }
            enter(now, &outbox)
            exchange.take(Candle(bar), of: symbol, &reports)
        case .corporateAction(let action):
            guard let symbol = setup.symbols.index(of: action.symbol) else { return }
            enter(now, &outbox)
            act(action, on: symbol, at: now, &outbox)
        case .step(let step) where step.time > closed:
            enter(step.time, &outbox)
            closed = step.time
            tellFunds(at: step.time, &outbox)
        default: return
        }
        answer(&outbox)
    }

    /// Another instant begins: the one before it is over for its orders.
    private func enter(_ moment: Timestamp, _ outbox: inout Outbox) {
        guard moment > instant else { return }
        var left = waiting[...]
        while let asked = left.first {
            let family = family(of: left)
            left = left.dropFirst(family.count)
            if family.count > 1 {
                submit(family, at: asked.at, &outbox)
            } else {
                ask(asked.request, at: asked.at, &outbox)
            }
            answer(&outbox, because: asked.origin)
        }
        waiting.removeAll(keepingCapacity: true)
        if !isPassed, exchange.isDue(at: instant) { exchange.advance(to: instant, &reports) }
        instant = moment
        isPassed = false
    }

    /// A company has done something to its shares, in an instant of its own: orders and holdings change with them. What
    /// was due before that is over.
    private func act(
        _ action: CorporateAction, on symbol: SymbolIndex, at now: Timestamp, _ outbox: inout Outbox
    ) {
        if exchange.isDue(at: now) { exchange.advance(to: now, &reports) }
        isPassed = true
        do {
            try exchange.apply(action, to: symbol, at: now, &reports)
        } catch {
            outbox.send(
                .alarm(Alarm(level: .critical, code: "action", explanation: error.description)),
                on: .alarm(from: "exchange"))
        }
    }

    /// Books a fill that no order sent here has brought.
    public func book(_ fill: Fill) {
        guard let symbol = setup.symbols.index(of: fill.symbol) else { return }
        exchange.book(fill.side, fill.quantity, of: symbol, at: fill.price, fee: fill.fee, on: fill.at)
    }

    // MARK: What is asked

    private func ask(_ request: VenueRequest, at now: Timestamp, _ outbox: inout Outbox) {
        let known = places[request.order.id]
        switch request.verb {
        case .submit:
            // The same order again is the same order.
            guard known == nil else { return }
            guard request.order.orderClass == .simple else {
                return refuse(
                    request.order, "the orders that belong to it have not come with it", at: now, &outbox)
            }
            guard let ticket = ticket(request.order) else {
                return refuse(request.order, Reason.unknownSymbol.text, at: now, &outbox)
            }
            let place = remember(request.order)
            orders[place].handle = exchange.submit(ticket, at: now, &reports)
        case .cancel:
            guard let known else {
                return refuse(request.order, Reason.unknownOrder.text, .cancelRejected, at: now, &outbox)
            }
            exchange.cancel(orders[known].handle, at: now, &reports)
        case .replace:
            guard known == nil, let old = places[request.replaces], var ticket = ticket(request.order) else {
                return refuse(request.order, Reason.unknownOrder.text, at: now, &outbox)
            }
            // The exchange counts in it what the other has traded already; execution asks for what is still to be.
            if let standing = exchange.standing(of: orders[old].handle) { ticket.quantity += standing.filled }
            let place = remember(request.order)
            orders[old].successor = request.order.id
            orders[place].handle = exchange.replace(orders[old].handle, with: ticket, at: now, &reports)
        case .status:
            guard let known else {
                return refuse(request.order, Reason.unknownOrder.text, .unknownOrder, at: now, &outbox)
            }
            exchange.ask(about: orders[known].handle, at: now, &reports)
        }
    }

    /// Orders that belong together are asked for one after the other, the others naming the first.
    private func family(of left: ArraySlice<Asked>) -> [Order] {
        guard let first = left.first?.request, first.verb == .submit, places[first.order.id] == nil else {
            return left.prefix(1).map(\.request.order)
        }
        let legs = left.dropFirst().prefix(first.order.orderClass.legs).map(\.request)
        let isWhole = legs.count == first.order.orderClass.legs
        let belong = legs.allSatisfy {
            $0.verb == .submit && $0.order.parent == first.order.id
                && $0.order.orderClass == first.order.orderClass && places[$0.order.id] == nil
        }
        return isWhole && belong ? [first.order] + legs.map(\.order) : [first.order]
    }

    private func submit(_ family: [Order], at now: Timestamp, _ outbox: inout Outbox) {
        guard family.allSatisfy({ setup.symbols.index(of: $0.symbol) != nil }) else {
            for order in family { refuse(order, Reason.unknownSymbol.text, at: now, &outbox) }
            return
        }
        let taken = family.compactMap { order in ticket(order).map { (remember(order), $0) } }
        let (places, tickets) = (taken.map(\.0), taken.map(\.1))
        let handles: [OrderHandle]
        switch family[0].orderClass {
        case .bracket:
            let targetIsFirst = family[1].kind == .limit
            let told = exchange.submit(
                bracket: tickets[0], target: tickets[targetIsFirst ? 1 : 2],
                stop: tickets[targetIsFirst ? 2 : 1], at: now, &reports)
            handles = [told.entry] + (targetIsFirst ? [told.target, told.stop] : [told.stop, told.target])
        case .oneCancelsOther:
            let told = exchange.submit(oneCancelsOther: tickets[0], tickets[1], at: now, &reports)
            handles = [told.0, told.1]
        case .oneTriggersOther, .simple:
            let told = exchange.submit(tickets[0], thenTriggers: tickets[1], at: now, &reports)
            handles = [told.0, told.1]
        }
        for (place, handle) in zip(places, handles) { orders[place].handle = handle }
    }

    private func remember(_ order: Order) -> Int {
        places[order.id] = orders.count
        orders.append(Known(order: order))
        return orders.count - 1
    }

    private func ticket(_ order: Order) -> Ticket? {
        guard let symbol = setup.symbols.index(of: order.symbol) else { return nil }
        return Ticket(order, tag: UInt64(orders.count), symbol: symbol, strategy: 0)
    }

    /// Says that nothing can be done about an order.
    private func refuse(
        _ order: Order, _ reason: String, _ kind: ReportKind = .rejected, at now: Timestamp,
        _ outbox: inout Outbox
    ) {
        send(
            BrokerReport(
                kind: kind, account: setup.account, orderId: order.id, explanation: reason, at: now,
                symbol: order.symbol), &outbox)
    }

    // MARK: What is answered

    private func answer(_ outbox: inout Outbox, because origin: Origin? = nil) {
        for report in reports {
            if let told = told(report) { send(told, &outbox, because: origin) }
            if let end = endOfPair(report) { send(end, &outbox, because: origin) }
        }
        reports.removeAll(keepingCapacity: true)
    }

    private func send(_ report: BrokerReport, _ outbox: inout Outbox, because origin: Origin? = nil) {
        outbox.send(.brokerReport(report), on: .broker(setup.account), because: origin)
    }

    /// A report of the exchange as a broker tells it.
    private func told(_ report: Report) -> BrokerReport? {
        var told = BrokerReport(
            kind: report.kind, account: setup.account, explanation: report.reason.text, at: report.at)
        if report.kind == .state, report.reason == .borrow {
            told.symbol = setup.symbols[report.symbol]
            told.charge = report.fee
            return told
        }
        if report.tag == Ticket.liquidation {
            // Nobody asked for it, and only what it has traded is anybody's concern.
            guard report.kind == .filled else { return nil }
            let order = Order(id: Fill.liquidation, account: setup.account)
            told.orderId = order.id
            told.symbol = setup.symbols[report.symbol]
            told.fill = fill(report, of: order)
            return told
        }
        guard let place = place(of: report) else { return nil }
        let known = orders[place]
        told.orderId = known.order.id
        told.symbol = known.order.symbol
        told.venueOrderId = report.kind == .replaced ? known.successor : String(known.handle.number)
        if report.kind == .filled { told.fill = fill(report, of: known.order) }
        if report.kind == .cancelled, known.order.notional != nil { told.isSpent = report.reason.isSpent }
        if report.kind == .state {
            switch report.reason {
            case .requested: told.filled = report.quantity
            case .otherOfPair, .parent: told.reduction = report.quantity
            default: break
            }
        }
        return told
    }

    /// Of which order a report is. The exchange may have forgotten an order that it is asked about, and then names it by
    /// its handle alone.
    private func place(of report: Report) -> Int? {
        guard report.kind == .cancelRejected || report.kind == .unknownOrder else { return Int(report.tag) }
        return orders.lastIndex { $0.handle == report.order }
    }

    private func fill(_ report: Report, of order: Order) -> Fill {
        Fill(
            id: String(report.execution), orderId: order.id, account: order.account, strategy: order.strategy,
            symbol: setup.symbols[report.symbol], side: report.side, quantity: report.quantity,
            price: report.price, fee: report.fee, at: report.at)
    }

    /// Tells what the account may spend, where that has changed.
    private func tellFunds(at now: Timestamp, _ outbox: inout Outbox) {
        let known = exchange.funds(of: 0)
        let account = Account(
            account: setup.account, cash: known.cash, equity: known.equity,
            buyingPower: exchange.buyingPower(of: 0, at: now))
        guard account != funds else { return }
        funds = account
        outbox.send(.account(account), on: .funds(setup.account))
    }

    // MARK: What is remembered

    public static let snapshotVersion: UInt32 = 1

    public func remember(_ walk: inout SnapshotWalk) throws(SnapshotMismatch) {
        try exchange.remember(&walk)
        try walk.list(&orders, blank: Known(order: Order())) {
            (known, walk) throws(SnapshotMismatch) in
            try walk.order(&known.order)
            try walk.handle(&known.handle)
            try walk.text(&known.successor)
        }
        let blank = Asked(request: VenueRequest(), at: .zero)
        try walk.list(&waiting, blank: blank) { (asked, walk) throws(SnapshotMismatch) in
            try walk.choice(&asked.request.verb)
            try walk.order(&asked.request.order)
            try walk.text(&asked.request.replaces)
            try walk.moment(&asked.at)
            try walk.origin(&asked.origin)
        }
        try walk.moment(&instant)
        try walk.flag(&isPassed)
        try walk.moment(&closed)
        try walk.account(&funds)
        try rememberReduced(&walk)
        guard walk.isReading else { return }
        for (place, known) in orders.enumerated() { places[known.order.id] = place }
    }
}
