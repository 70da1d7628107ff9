import Domain

/// The gate between what is proposed and what is sent: runs every check, and answers with all of them.
///
/// Where a limit allows less than was proposed the order is trimmed to it, and rejected only where nothing is left.
/// What only makes a position smaller passes all checks but that of its price.
public struct RiskGate: Sendable {
    public internal(set) var book: RiskBook
    public internal(set) var market: MarketBook
    public var halts: Halts
    /// Nothing is checked, and nothing need be told.
    public private(set) var isOff: Bool

    private let account: String
    /// Approvals are worked over time: what trades may be a part of one, under an id of its own.
    private let works: Bool
    /// Of the last proposal's id: most come from one topic.
    private var stem: OrderId.Stem
    /// Orders are whole multiples of it.
    private let lot: Quantity
    private var checks: [any RiskCheck]
    /// Checks of instruments that have limits of their own.
    private var own: [Int: [any RiskCheck]]
    /// What single strategies are held to, by what they hold and do.
    var strategies: [StrategyLimits] = []
    private var asksScenarios: Bool
    private var asksAlike: Bool

    struct StrategyLimits {
        var name: String
        var checks: [any RiskCheck]
        var book: RiskBook
    }

    public init(
        _ settings: RiskSettings, account: String, symbols: [Symbol], lot: Quantity,
        hours: TradingHours = .xnys, works: Bool = false
    ) {
        if settings.isOff, settings.limits.isEmpty {
            // There is no check to be made, and ten thousand runs of a sweep make a gate each.
            var policy = HaltPolicy()
            policy.flattens = Set(settings.flattens)
            self.init(
                account: account, instruments: symbols.count, checks: [], policy, lot: lot, isOff: true,
                works: works)
            return
        }
        let list = CheckList(settings, symbols: symbols, hours)
        let values = settings.values(account: account)
        var own: [Int: [any RiskCheck]] = [:]
        for symbol in settings.limitedSymbols {
            if let number = symbols.firstIndex(of: symbol) {
                own[number] = list.checks(settings.values(account: account, symbol: symbol))
            }
        }
        var policy = HaltPolicy(values)
        policy.flattens = Set(settings.flattens)
        self.init(
            account: account, instruments: symbols.count, checks: list.checks(values), own: own, policy,
            lot: lot, isOff: settings.isOff, works: works)
        strategies = settings.limitedStrategies.map {
            StrategyLimits(
                name: $0, checks: list.checks(settings.values(strategy: $0), withLists: false),
                book: RiskBook(instruments: symbols.count))
        }
    }

    /// A gate of given checks.
    init(
        account: String, instruments: Int, checks: [any RiskCheck], own: [Int: [any RiskCheck]] = [:],
        _ policy: HaltPolicy = HaltPolicy(), lot: Quantity, isOff: Bool = false, works: Bool = false
    ) {
        self.account = account
        self.works = works
        stem = OrderId.Stem(account: account, topic: Topic(""), epoch: 0)
        self.checks = checks
        self.own = own
        self.lot = lot
        self.isOff = isOff
        book = RiskBook(instruments: instruments)
        market = MarketBook(instruments: instruments)
        halts = Halts(account: account, policy)
        let all = checks + own.values.flatMap { $0 }
        asksScenarios = all.contains { $0 is TailLoss }
        asksAlike = all.contains { $0 is CorrelatedExposure }
    }

    /// Goes by other limits from now on. What it remembers stays; strategies are held to limits as far as they were
    /// before, for only then what they hold was counted.
    public mutating func hold(to settings: RiskSettings, symbols: [Symbol], _ hours: TradingHours) {
        let fresh = RiskGate(settings, account: account, symbols: symbols, lot: lot, hours: hours)
        (checks, own, isOff) = (fresh.checks, fresh.own, fresh.isOff)
        (asksScenarios, asksAlike) = (fresh.asksScenarios, fresh.asksAlike)
        for place in strategies.indices {
            if let other = fresh.strategies.first(where: { $0.name == strategies[place].name }) {
                strategies[place].checks = other.checks
            }
        }
        halts.go(by: fresh.halts)
    }

    // MARK: What is told

    /// Portfolio tells of the account before it proposes.
    public mutating func onAccount(_ account: Account, at now: Timestamp) {
        var account = account
        account.highWater = max(halts.peak, account.equity)
        book.update(account, at: now)
        for place in strategies.indices { strategies[place].book.update(account, at: now) }
    }

    /// The equity at the end of an instant: a halt where it has fallen too far.
    public mutating func onEquity(_ equity: Money, at now: Timestamp) -> Halt? {
        book.look(at: equity, at: now)
        return halts.onEquity(equity, at: now)
    }

    public mutating func onPosition(_ position: Position, of instrument: Int) {
        book.update(position, of: instrument)
    }

    /// The last price of an instrument that is held or asked for.
    public mutating func mark(_ instrument: Int, at price: Price) {
        book.mark(instrument, at: price)
        for place in strategies.indices { strategies[place].book.mark(instrument, at: price) }
    }

    public mutating func onBar(
        high: Price, low: Price, close: Price, volume: Volume, span: Int64, closingAt at: Timestamp,
        of instrument: Int
    ) {
        market.onBar(
            high: high, low: low, close: close, volume: volume, span: span, closingAt: at, of: instrument)
    }

    /// The last bar of an instrument was not there in time: it is as old as it was when it came.
    public mutating func onStandIn(cameAt: Timestamp, of instrument: Int) {
        market.onStandIn(cameAt: cameAt, of: instrument)
    }

    public mutating func onQuote(bid: Price, ask: Price, at: Timestamp, of instrument: Int) {
        market.onQuote(bid: bid, ask: ask, at: at, of: instrument)
    }

    /// Shares were split: prices change, and the market has not moved.
    public mutating func onSplit(_ numerator: Int64, for denominator: Int64, of instrument: Int) {
        market.onSplit(numerator, for: denominator, of: instrument)
    }

    /// An order of a strategy has traded in part or wholly. What it closed has been told before: with a fill that leaves
    /// nothing of a strategy's position its trade is won or lost.
    public mutating func onFill(
        _ orderId: String, strategy: String, _ side: Side, _ quantity: Quantity, at price: Price,
        of instrument: Int
    ) {
        func count(_ book: inout RiskBook) {
            if works, book.approved[orderId] == nil {
                book.fill(partFor: strategy, side, quantity, at: price, of: instrument)
            } else {
                book.fill(orderId, quantity, at: price)
            }
        }
        count(&book)
        for place in strategies.indices where strategies[place].name == strategy {
            count(&strategies[place].book)
            strategies[place].book.trade(side, quantity, of: instrument)
        }
    }

    /// A lot was closed, and brought so much after fees.
    public mutating func onClose(_ profit: Money, strategy: String, of instrument: Int) {
        book.close(profit, of: instrument)
        for place in strategies.indices where strategies[place].name == strategy {
            strategies[place].book.close(profit, of: instrument)
        }
    }

    public mutating func onOrderEnd(_ orderId: String) {
        book.forget(orderId)
        for place in strategies.indices { strategies[place].book.forget(orderId) }
    }

    // MARK: What is asked

    /// Judges a proposal. `cause` names its message, from which the order's id is made.
    public mutating func onProposal(
        _ proposal: OrderProposal, of instrument: Int, price: Price, stopDistance: Price? = nil, cause: Cause,
        at now: Timestamp
    ) -> Verdict {
        var verdict = Verdict(approved: proposal.order.quantity.isPositive, order: proposal.order)
        name(&verdict.order, cause)
        // Where nothing is asked, nothing is remembered either.
        if isOff, !halts.isHalted { return verdict }
        var order = verdict.order
        mark(instrument, at: price)
        let question = question(order, instrument, price, stopDistance, now)
        var results: [CheckResult] = []
        results.reserveCapacity(checks.count + 2)
        var allowed = question.worth
        add(worthCheck(question), "worth", question, &allowed, &results)
        if results[0].passed {
            add(haltCheck(question), "halt", question, &allowed, &results)
            for check in own[instrument] ?? checks {
                add(check.judge(question, book), check.name, question, &allowed, &results)
            }
            for strategy in strategies where strategy.name == order.strategy {
                for check in strategy.checks {
                    add(
                        check.judge(question, strategy.book), "\(check.name) of \(strategy.name)", question,
                        &allowed, &results)
                }
            }
        }
        if allowed < question.worth { trim(&order, to: max(.zero, allowed), question) }
        let approved = order.quantity.isPositive
        if approved { note(question, order, allowed: min(allowed, question.worth)) }
        return Verdict(approved: approved, order: order, checks: results)
    }

    /// An order that guards a position: never more than the position, and held back by nothing. It is not counted as on
    /// its way, because what it may do is not to be relied on. A target and its stop are asked for as one, and become a pair
    /// of which one cancels the other. One for nothing says that nothing is guarded any more, and is none.
    public func onProtection(_ proposal: OrderProposal, cause: Cause) -> [Verdict] {
        var order = proposal.order
        order.name = OrderName(OrderId(account: account, cause: cause))
        order.account = account
        guard order.quantity.isPositive else {
            let check = CheckResult(name: "guard", passed: false, explanation: "there is nothing to guard")
            return [Verdict(order: order, checks: [check])]
        }
        guard order.orderClass == .oneCancelsOther else { return [Verdict(approved: true, order: order)] }
        var target = order
        (target.kind, target.stop, target.trail, target.trailShare) = (.limit, nil, nil, 0)
        var stop = order
        stop.name = OrderName(OrderId(account: account, cause: cause, leg: 1))
        (stop.limit, stop.parent) = (nil, order.id)
        return [Verdict(approved: true, order: target), Verdict(approved: true, order: stop)]
    }

    /// Makes an order the account's, called by what caused it. Where nothing is asked (`isOff`) this is all that the gate
    /// does.
    public mutating func name(_ order: inout Order, _ cause: Cause) {
        if stem.topic != cause.topic || stem.epoch != cause.epoch {
            stem = OrderId.Stem(account: account, topic: cause.topic, epoch: cause.epoch)
        }
        order.name = OrderName(stem.id(cause.number))
        order.account = account
    }

    private func question(
        _ order: Order, _ instrument: Int, _ price: Price, _ stopDistance: Price?, _ now: Timestamp
    ) -> RiskQuestion {
        var question = RiskQuestion(
            order: order, instrument: instrument, price: price, now: now, stopDistance: stopDistance,
            market: market.lines[instrument])
        if asksScenarios { question.scenarios = Scenarios(question, book, market) }
        if asksAlike { question.alike = alike(instrument) }
        return question
    }

    /// How alike the days of the other positions were.
    private func alike(_ instrument: Int) -> [(instrument: Int, correlation: Double)]? {
        let own = market.lines[instrument].days
        guard own.count >= CorrelatedExposure.days else { return nil }
        return book.active.compactMap { other in
            let days = market.lines[other].days
            guard other != instrument, days.count >= CorrelatedExposure.days else { return nil }
            return DayHistory.correlation(own, days, days: CorrelatedExposure.days).map { (other, $0) }
        }
    }

    private func add(
        _ judgement: Judgement, _ name: String, _ question: RiskQuestion, _ allowed: inout Money,
        _ results: inout [CheckResult]
    ) {
        allowed = min(allowed, judgement.allowed)
        results.append(
            CheckResult(
                name: name, passed: judgement.allowed >= question.worth, figure: judgement.figure,
                limit: judgement.limit, explanation: judgement.explanation))
    }

    /// What cannot be valued cannot be limited.
    private func worthCheck(_ question: RiskQuestion) -> Judgement {
        let most = Money(units: Int64.max / 1_024)
        let isKnown = question.worthPrice.isPositive
        return Judgement(
            figure: Double(question.worth), limit: Double(most),
            allowed: isKnown && question.worth <= most ? question.worth : Money(-1), of: question,
            explanation: isKnown
                ? "its worth is too large to count" : "no price of \(question.order.symbol) is known")
    }

    private func haltCheck(_ question: RiskQuestion) -> Judgement {
        Judgement(
            figure: Double(halts.active.count), limit: 0,
            allowed: halts.isHalted ? question.reduction(in: book) : question.worth, of: question,
            explanation: "trading is halted: "
                + halts.active.map { "\($0.halt.kind), \($0.halt.reason)" }.joined(separator: "; "))
    }

    /// Remembers an approval with what it can come to.
    private mutating func note(_ question: RiskQuestion, _ order: Order, allowed: Money) {
        var quantity = min(question.quantity, order.quantity)
        if order.notional != nil {
            quantity = min(quantity, (try? Quantity(for: allowed, at: question.worthPrice)) ?? quantity)
        }
        let worth = min(allowed, Money.worth(of: quantity, at: question.worthPrice) ?? allowed)
        book.note(question, order, worth: worth, quantity: quantity)
        for place in strategies.indices where strategies[place].name == order.strategy {
            strategies[place].book.note(question, order, worth: worth, quantity: quantity)
        }
    }

    private func trim(_ order: inout Order, to allowed: Money, _ question: RiskQuestion) {
        guard allowed.isPositive, question.worth.isPositive else {
            order.quantity = .zero
            return
        }
        if order.notional != nil { order.notional = allowed }
        let reducing = question.reducingQuantity(in: book)
        if order.notional == nil, allowed == question.reduction(in: book) {
            // Exactly what closes the position: no crumb is left by rounding.
            order.quantity = reducing
            return
        }
        do {
            order.quantity = try order.quantity.scaled(
                allowed.units, over: question.worth.units, rounding: .towardZero
            ).rounded(toMultipleOf: lot, .towardZero)
        } catch {
            // A part of a quantity that fits fits too.
            preconditionFailure("\(error)")
        }
    }
}
