import Domain
import Exchange
import Execution

/// Execution's stage: approvals become orders, and what execution asks of its venue is asked of the exchange.
struct Executing {
    var execution: Execution
    var outbox = Execution.Outbox()
    /// Approvals are worked as settings say. Where there are none they are sent at once as they are, and nobody has to
    /// be told of bars.
    let works: Bool
    /// Execution wants to see every bar and quote.
    var watchesBars: Bool { works }

    // Of each order, by its place in `execution.orders`:
    fileprivate(set) var instruments: [Int32] = []
    /// The exchange's name of it, and none while it was not sent.
    fileprivate(set) var handles: [OrderHandle] = []
    /// It is still on its way.
    fileprivate(set) var isWorking: [Bool] = []
    /// By the place of an order, the place of the one that is to replace it.
    fileprivate var successors: [Int: Int] = [:]
    /// Why each plan was proposed, by its number.
    fileprivate var planReasons: [String] = []

    init(instruments: Int, _ settings: BacktestSettings) {
        works = settings.execution != nil
        var rules = settings.execution ?? ExecutionSettings()
        rules.lot = settings.allocation.lot
        rules.venue.brackets = true
        execution = Execution(rules, instruments: works ? instruments : 0)
    }

    /// A bar is over; `wakeExecution` comes when all of its instant are.
    mutating func onBar(_ bar: Bar, of instrument: Int, at now: Timestamp) {
        execution.onBar(bar, of: instrument, at: now, &outbox)
    }

    /// The place of the order that the exchange calls so; looked for from the youngest on.
    func place(of handle: OrderHandle) -> Int? { handles.lastIndex(of: handle) }

    /// The id of the order that has replaced the one at a place.
    func successor(of place: Int) -> String {
        successors[place].map { execution.orders[$0].order.id } ?? ""
    }
}

extension TradingDesk {
    /// Hands a verdict to execution, and does what that asks for.
    mutating func execute(
        _ verdict: Verdict, of instrument: Int, because reason: String, cause: Cause, at now: Timestamp
    ) throws {
        if executing.works {
            let plans = executing.execution.plans.count
            try executing.execution.onVerdict(
                verdict, of: instrument, cause: cause, intent: intent(of: verdict.order, instrument), at: now,
                &executing.outbox)
            if executing.execution.plans.count > plans {
                executing.planReasons.append(reason)
                // The order is on its way from its approval on, whichever orders work for it.
                deciding.allocator.onOrderSent(of: instrument)
            }
        } else {
            try executing.execution.onVerdict(verdict, &executing.outbox)
        }
        carryOut(of: instrument, because: reason, at: now)
    }

    /// An order that makes a position smaller is an exit, and is never given up.
    private func intent(of order: Order, _ instrument: Int) -> Plan.Intent {
        let held = ledger[SymbolIndex(instrument)].quantity
        return order.side == .sell && held.isPositive || order.side == .buy && held.isNegative
            ? .leave : .enter
    }

    /// Tells execution what became of an order, and does what it makes of it.
    mutating func tell(_ event: OrderEvent, of place: Int, at now: Timestamp) throws {
        try executing.execution.onEvent(event, of: place, at: now, &executing.outbox)
        carryOut(of: Int(executing.instruments[place]), because: recording.record.reasons[place], at: now)
    }

    /// The exchange has made an order smaller.
    mutating func shrink(_ place: Int, by quantity: Quantity, at now: Timestamp) {
        executing.execution.onReduction(of: place, by: quantity, at: now, &executing.outbox)
        carryOut(of: Int(executing.instruments[place]), because: recording.record.reasons[place], at: now)
    }

    /// The exchange was asked, and knows an order of which so much has traded.
    mutating func answer(_ place: Int, filled: Quantity, at now: Timestamp) throws {
        guard executing.works, !executing.execution.orders[place].state.hasEnded else { return }
        try executing.execution.onEvent(
            .accepted(venueOrderId: ""), of: place, filled: filled, at: now, &executing.outbox)
        carryOut(of: Int(executing.instruments[place]), because: recording.record.reasons[place], at: now)
    }

    /// The exchange has closed a part of a position itself: what protected it is too large.
    mutating func noteOtherTrade(_ side: Side, _ quantity: Quantity, of instrument: Int, at now: Timestamp) {
        guard executing.works else { return }
        executing.execution.onOtherTrade(side, quantity, of: instrument, at: now, &executing.outbox)
        carryOut(of: instrument, because: "", at: now)
    }

    /// Execution goes on with what waits for a price or a time: after the bars of an instant where it watches bars, and
    /// at the moments that it put in `timers`.
    mutating func wakeExecution(at now: Timestamp) throws {
        if executing.execution.nextWake <= now {
            executing.execution.onTimer(at: now, &executing.outbox)
        }
        if !executing.outbox.isEmpty { carryOut(of: 0, because: "", at: now) }
    }

    /// Does what execution has put in its outbox. Orders that no plan has made are of that instrument, for that reason.
    private mutating func carryOut(of instrument: Int, because reason: String, at now: Timestamp) {
        enrol(of: instrument, because: reason, at: now)
        var next = 0
        while next < executing.outbox.requests.count {
            let request = executing.outbox.requests[next]
            if request.verb == .submit, request.order.orderClass == .bracket {
                placeBracket(at: next, now)
                next += 3
            } else {
                ask(request, at: now)
                next += 1
            }
        }
        for place in executing.outbox.changes
        where executing.isWorking[place] && executing.execution.orders[place].state.hasEnded {
            end(place)
        }
        for number in executing.outbox.ended { endPlan(number) }
        if let halt = executing.outbox.halt { recording.count("halt of execution: \(halt.reason)") }
        executing.outbox.removeAll()
        if executing.works, executing.execution.nextWake != .distantFuture {
            timers.add(executing.execution.nextWake, for: .execution)
        }
    }

    /// Notes the orders that are new.
    private mutating func enrol(of instrument: Int, because reason: String, at now: Timestamp) {
        for place in executing.instruments.count..<executing.execution.orders.count {
            let isWorking = !executing.execution.orders[place].state.hasEnded
            let plan = executing.execution.plan(ofOrderAt: place)
            let instrument = plan.map { executing.execution.plans[$0].instrument } ?? instrument
            executing.instruments.append(Int32(instrument))
            executing.handles.append(.none)
            executing.isWorking.append(isWorking)
            recording.record.proposedAt.append(now)
            recording.record.reasons.append(words(for: place, plan, reason))
            if !isWorking {
                recording.rejected += 1
            } else if plan == nil {
                deciding.allocator.onOrderSent(of: instrument)
            }
        }
    }

    /// Why an order was sent: the reason of its approval, and what it is for where it protects.
    private func words(for place: Int, _ plan: Int?, _ reason: String) -> String {
        guard let plan else { return reason }
        let why = executing.planReasons.count > plan ? executing.planReasons[plan] : reason
        return executing.execution.isLeg(place) ? "protects: \(why)" : why
    }

    /// An order is no longer on its way.
    private mutating func end(_ place: Int) {
        executing.isWorking[place] = false
        guard executing.execution.plan(ofOrderAt: place) == nil else { return }
        deciding.allocator.onOrderEnd(of: Int(executing.instruments[place]))
        if risking.asks { risking.gate.onOrderEnd(executing.execution.orders[place].order.id) }
    }

    /// An approval has been worked to its end.
    private mutating func endPlan(_ number: Int) {
        let plan = executing.execution.plans[number]
        deciding.allocator.onOrderEnd(of: plan.instrument)
        if risking.asks { risking.gate.onOrderEnd(plan.order.id) }
        guard plan.outcome != "filled" else { return }
        recording.count("execution: \(plan.outcome)")
        if let last = executing.execution.lastOrder(ofPlan: number) {
            recording.record.reasons[last] += "; \(plan.outcome)"
        }
    }

    // MARK: The exchange as a venue

    private mutating func ask(_ request: VenueRequest, at now: Timestamp) {
        guard let place = place(of: request.order.id) else { return }
        switch request.verb {
        case .submit:
            // The same order again is the same order.
            guard exchange.standing(of: executing.handles[place]) == nil else { return }
            executing.handles[place] = exchange.submit(ticket(request.order, place), at: now, &reports)
        case .cancel:
            exchange.cancel(executing.handles[place], at: now, &reports)
        case .replace:
            guard let old = executing.execution.place(of: request.replaces) else { return }
            executing.successors[old] = place
            var ticket = ticket(request.order, place)
            // The exchange counts in it what the other has traded already; execution asks for what is still to be.
            ticket.quantity += executing.execution.orders[old].fills.quantity
            executing.handles[place] = exchange.replace(
                executing.handles[old], with: ticket, at: now, &reports)
        case .status:
            exchange.ask(about: executing.handles[place], at: now, &reports)
        }
    }

    /// An entry and the two legs that follow it in the outbox.
    private mutating func placeBracket(at index: Int, _ now: Timestamp) {
        let orders = executing.outbox.requests[index..<(index + 3)].map(\.order)
        let places = orders.compactMap { place(of: $0.id) }
        guard places.count == 3 else { return }
        let handles = exchange.submit(
            bracket: ticket(orders[0], places[0]), target: ticket(orders[1], places[1]),
            stop: ticket(orders[2], places[2]), at: now, &reports)
        executing.handles[places[0]] = handles.entry
        executing.handles[places[1]] = handles.target
        executing.handles[places[2]] = handles.stop
    }

    /// Most requests are about the youngest order.
    private func place(of id: String) -> Int? {
        let youngest = executing.execution.orders.count - 1
        if youngest >= 0, executing.execution.orders[youngest].order.id == id { return youngest }
        return executing.execution.place(of: id)
    }

    private func ticket(_ order: Order, _ place: Int) -> Ticket {
        Ticket(
            tag: UInt64(place), symbol: SymbolIndex(Int(executing.instruments[place])), side: order.side,
            kind: order.kind, timeInForce: order.timeInForce, quantity: order.quantity,
            limit: order.limit ?? .zero, stop: order.stop ?? .zero, trail: order.trail ?? .zero,
            trailShare: order.trailShare, notional: order.notional ?? .zero, validUntil: order.validUntil)
    }
}
