import Domain
import Exchange
import Execution

/// What an order is for.
struct Errand {
    var instrument: Int
    /// The strategy whose part of the account it touches.
    var strategy: Int
    var reason: String
}

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
    fileprivate(set) var strategies: [Int32] = []
    /// The exchange's name of it, and none while it was not sent.
    fileprivate(set) var handles: [OrderHandle] = []
    /// It is still on its way.
    fileprivate(set) var isWorking: [Bool] = []
    /// It guards a position, and is none that portfolio waits for.
    fileprivate(set) var isGuard: [Bool] = []
    /// By the place of an order, the place of the one that is to replace it.
    fileprivate var successors: [Int: Int] = [:]
    /// What each plan is for, by its number.
    fileprivate var planErrands: [Errand] = []

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
    mutating func onQuote(_ quote: Quote, of instrument: Int, at now: Timestamp) {
        execution.onQuote(quote, of: instrument, at: now, &outbox)
    }

    /// An exit of an instrument is being worked, whether an order works for it at this moment or not.
    func isLeaving(_ instrument: Int) -> Bool { works && execution.isLeaving(instrument) }

    /// Notes what the next plan is for; forgets it again where there is none.
    mutating func begin(_ errand: Errand) { planErrands.append(errand) }
    mutating func forgetErrand() { planErrands.removeLast() }

    /// The place of the order that the exchange calls so; looked for from the youngest on.
    func place(of handle: OrderHandle) -> Int? { handles.lastIndex(of: handle) }

    /// The id of the order that has replaced the one at a place.
    func successor(of place: Int) -> String {
        successors[place].map { execution.orders[$0].order.id } ?? ""
    }
}

extension TradingDesk {
    /// Hands a verdict to execution, and does what that asks for.
    mutating func execute(_ verdict: Verdict, on errand: Errand, cause: Cause, at now: Timestamp) throws {
        if executing.works {
            try work(verdict, on: errand, cause: cause, at: now)
        } else {
            try executing.execution.onVerdict(verdict, &executing.outbox)
        }
        carryOut(errand, at: now)
    }

    /// Hands execution what guards a position: one order, or two of which one cancels the other.
    mutating func executeGuards(
        _ verdicts: [Verdict], of instrument: Int, because reasons: [String], at now: Timestamp
    ) throws {
        for verdict in verdicts { try executing.execution.onVerdict(verdict, &executing.outbox) }
        let errand = Errand(instrument: instrument, strategy: 0, reason: reasons[0])
        enrol(errand, at: now, isGuard: true)
        for (offset, reason) in reasons.enumerated() {
            recording.record.reasons[executing.instruments.count - reasons.count + offset] = reason
        }
        carryOut(errand, at: now)
    }

    /// Asks the exchange to cancel an order that works.
    mutating func cancel(_ place: Int, at now: Timestamp) {
        guard executing.isWorking[place] else { return }
        if let plan = executing.execution.plan(ofOrderAt: place) { return cancelPlan(plan, at: now) }
        do {
            try executing.execution.onEvent(.cancelRequested, of: place, &executing.outbox)
        } catch {
            preconditionFailure("an order that works can be cancelled: \(error)")
        }
        executing.outbox.removeAll()
        exchange.cancel(executing.handles[place], at: now, &reports)
    }

    /// Tells execution what became of an order, and does what it makes of it.
    mutating func tell(_ event: OrderEvent, of place: Int, at now: Timestamp) throws {
        try executing.execution.onEvent(event, of: place, at: now, &executing.outbox)
        carryOut(errand(of: place), at: now)
    }

    /// Execution goes on with what waits for a price or a time: after the bars of an instant where it watches bars, and
    /// at the moments that it put in `timers`.
    mutating func wakeExecution(at now: Timestamp) throws {
        if executing.execution.nextWake <= now {
            executing.execution.onTimer(at: now, &executing.outbox)
        }
        if !executing.outbox.isEmpty { carryOut(Errand(instrument: 0, strategy: 0, reason: ""), at: now) }
    }

    /// Does what execution has put in its outbox. Orders that it made are on that errand.
    mutating func carryOut(_ errand: Errand, at now: Timestamp) {
        enrol(errand, at: now)
        var index = 0
        while index < executing.outbox.requests.count {
            let request = executing.outbox.requests[index]
            index += 1
            if request.verb == .submit, request.order.orderClass == .bracket {
                askForBracket(executing.outbox.requests[(index - 1)..<(index + 2)].map(\.order), at: now)
                index += 2
            } else if request.order.orderClass == .oneCancelsOther, index < executing.outbox.requests.count,
                executing.outbox.requests[index].order.parent == request.order.id
            {
                askForPair(request.order, executing.outbox.requests[index].order, at: now)
                index += 1
            } else {
                ask(request, at: now)
            }
        }
        for place in executing.outbox.changes
        where executing.isWorking[place] && executing.execution.orders[place].state.hasEnded {
            end(place)
        }
        for number in executing.outbox.ended { endPlan(number, executing.planErrands[number]) }
        if let halt = executing.outbox.halt { recording.count("halt of execution: \(halt.reason)") }
        executing.outbox.removeAll()
        if executing.works, executing.execution.nextWake != .distantFuture {
            timers.add(max(executing.execution.nextWake, now), for: .execution)
        }
    }

    /// Notes the orders that are new.
    private mutating func enrol(_ errand: Errand, at now: Timestamp, isGuard: Bool = false) {
        for place in executing.instruments.count..<executing.execution.orders.count {
            let isWorking = !executing.execution.orders[place].state.hasEnded
            let plan = executing.execution.plan(ofOrderAt: place)
            var errand = errand
            if let plan { errand = executing.planErrands[plan] }
            if executing.execution.isLeg(place) { errand.reason = "protects: \(errand.reason)" }
            executing.instruments.append(Int32(errand.instrument))
            executing.strategies.append(Int32(errand.strategy))
            executing.handles.append(.none)
            executing.isWorking.append(isWorking)
            executing.isGuard.append(isGuard)
            recording.record.proposedAt.append(now)
            recording.record.reasons.append(errand.reason)
            if !isWorking {
                recording.rejected += 1
            } else if !isGuard, plan == nil {
                deciding.allocators[errand.strategy].onOrderSent(of: errand.instrument)
                if risking.guarding.isOn {
                    noteSent(place, executing.execution.orders[place].order, of: errand.instrument)
                }
            }
        }
    }

    /// An order is no longer on its way.
    private mutating func end(_ place: Int) {
        executing.isWorking[place] = false
        guard executing.execution.plan(ofOrderAt: place) == nil else { return }
        let (instrument, strategy) = (Int(executing.instruments[place]), Int(executing.strategies[place]))
        if !executing.isGuard[place] {
            deciding.allocators[strategy].onOrderEnd(of: instrument)
            if risking.guarding.isOn { noteEnded(place, of: instrument) }
        }
        if risking.asks { risking.gate.onOrderEnd(executing.execution.orders[place].order.id) }
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

    /// An entry, its target and its stop.
    private mutating func askForBracket(_ orders: [Order], at now: Timestamp) {
        let places = orders.compactMap { place(of: $0.id) }
        guard places.count == 3 else { return }
        let handles = exchange.submit(
            bracket: ticket(orders[0], places[0]), target: ticket(orders[1], places[1]),
            stop: ticket(orders[2], places[2]), at: now, &reports)
        executing.handles[places[0]] = handles.entry
        executing.handles[places[1]] = handles.target
        executing.handles[places[2]] = handles.stop
    }

    private mutating func askForPair(_ first: Order, _ second: Order, at now: Timestamp) {
        guard let one = place(of: first.id), let other = place(of: second.id) else { return }
        let handles = exchange.submit(
            oneCancelsOther: ticket(first, one), ticket(second, other), at: now, &reports)
        executing.handles[one] = handles.0
        executing.handles[other] = handles.1
    }

    /// Most requests are about the youngest order.
    private func place(of id: String) -> Int? {
        let youngest = executing.execution.orders.count - 1
        if youngest >= 0, executing.execution.orders[youngest].order.id == id { return youngest }
        return executing.execution.place(of: id)
    }

    private func ticket(_ order: Order, _ place: Int) -> Ticket {
        Ticket(
            order, tag: UInt64(place), symbol: SymbolIndex(Int(executing.instruments[place])),
            strategy: executing.strategies[place])
    }
}
