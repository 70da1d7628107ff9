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

    /// What the desk keeps of an order, beside what execution does.
    struct Entry: BitwiseCopyable {
        var instrument: Int32
        var strategy: Int32
        /// The exchange's name of it, and none while it was not sent.
        var handle = OrderHandle.none
        /// It is still on its way.
        var isWorking: Bool
        /// It guards a position, and is none that portfolio waits for.
        var isGuard: Bool
    }

    /// By the place of an order in `execution.orders`.
    var entries: [Entry] = []
    /// By the place of an order, the place of the one that is to replace it.
    var successors: [Int: Int] = [:]
    /// What was asked for in the instant of a corporate action, until that has been applied; at other times nothing waits here.
    var kept: [VenueRequest]?
    /// What each plan is for, by its number.
    private(set) var planErrands: [Errand] = []

    init(instruments: Int, _ settings: borrowing BacktestSettings) {
        works = settings.execution != nil
        var rules = settings.execution ?? ExecutionSettings()
        rules.lot = settings.allocation.lot
        rules.venue.brackets = true
        execution = Execution(rules, instruments: works ? instruments : 0)
        execution.expect(orders: Recording.ordersExpected)
        entries.reserveCapacity(Recording.ordersExpected)
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
    func place(of handle: OrderHandle) -> Int? { entries.lastIndex { $0.handle == handle } }

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

    /// Sends an order that is approved, as it is.
    mutating func send(_ order: consuming Order, on errand: Errand, at now: Timestamp) throws {
        guard let place = try executing.execution.onSent(order) else { return }
        note(errand, at: now, isWorking: true, isGuard: false)
        noteOnItsWay(errand)
        executing.entries[place].handle = exchange.submit(
            ticket(executing.execution.orders[place].order, place), at: now, &reports)
    }

    /// Hands execution what guards a position: one order, or two of which one cancels the other.
    mutating func executeGuards(
        _ verdicts: [Verdict], of instrument: Int, because reasons: [String], at now: Timestamp
    ) throws {
        for verdict in verdicts { try executing.execution.onVerdict(verdict, &executing.outbox) }
        let errand = Errand(instrument: instrument, strategy: 0, reason: reasons[0])
        enrol(errand, at: now, isGuard: true)
        for (offset, reason) in reasons.enumerated() {
            recording.record.reasons[executing.entries.count - reasons.count + offset] = reason
        }
        carryOut(errand, at: now)
    }

    /// Asks the exchange to cancel an order that works.
    mutating func cancel(_ place: Int, at now: Timestamp) {
        guard executing.entries[place].isWorking else { return }
        if let plan = executing.execution.plan(ofOrderAt: place) { return cancelPlan(plan, at: now) }
        do {
            try executing.execution.onEvent(.cancelRequested, of: place, &executing.outbox)
        } catch {
            preconditionFailure("an order that works can be cancelled: \(error)")
        }
        executing.outbox.removeAll()
        exchange.cancel(executing.entries[place].handle, at: now, &reports)
    }

    /// Tells execution what became of an order, and does what it makes of it.
    mutating func tell(_ event: OrderEvent, of place: Int, at now: Timestamp) throws {
        try executing.execution.onEvent(event, of: place, at: now, &executing.outbox)
        finishTelling(of: place, at: now)
    }

    /// Does what execution makes of what it was told of an order.
    mutating func finishTelling(of place: Int, at now: Timestamp) {
        // Where orders are sent as they are, an event only changes one: an errand would be put together for nobody.
        if executing.works || !executing.outbox.requests.isEmpty {
            carryOut(errand(of: place), at: now)
        } else {
            finishChanges()
            executing.outbox.removeAll()
        }
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
        if executing.kept == nil {
            askVenue(at: now)
        } else {
            executing.kept! += executing.outbox.requests
        }
        finishChanges()
        for number in executing.outbox.ended { endPlan(number, executing.planErrands[number]) }
        if let halt = executing.outbox.halt { recording.count("halt of execution: \(halt.reason)") }
        executing.outbox.removeAll()
        if executing.works, !hearing.isLate, executing.execution.nextWake != .distantFuture {
            timers.add(max(executing.execution.nextWake, now), for: .execution)
        }
    }

    /// A company has done what it does in this instant: what was asked for because of the instant's reports is asked for in the
    /// shares of today, and of an account that has been paid.
    mutating func askWhatWasKept(at now: Timestamp) {
        guard let kept = executing.kept else { return }
        executing.kept = nil
        executing.outbox.requests = kept.map { request in
            guard let place = executing.execution.place(of: request.order.name) else { return request }
            var request = request
            request.order = executing.execution.orders[place].order
            return request
        }
        askVenue(at: now)
        executing.outbox.removeAll()
    }

    private mutating func askVenue(at now: Timestamp) {
        var index = 0
        while index < executing.outbox.requests.count {
            // What is asked is looked at where it lies: to copy a request costs as much as to send it.
            let verb = executing.outbox.requests[index].verb
            let orderClass = executing.outbox.requests[index].order.orderClass
            if verb == .submit, orderClass == .simple {
                submit(executing.outbox.requests[index].order.name, at: now)
                index += 1
            } else if verb == .submit, orderClass == .bracket {
                askForBracket(executing.outbox.requests[index..<(index + 3)].map(\.order), at: now)
                index += 3
            } else if orderClass == .oneCancelsOther, isPair(at: index) {
                askForPair(
                    executing.outbox.requests[index].order, executing.outbox.requests[index + 1].order,
                    at: now)
                index += 2
            } else {
                ask(executing.outbox.requests[index], at: now)
                index += 1
            }
        }
    }

    /// Notes which of the orders that have changed are over.
    private mutating func finishChanges() {
        for number in executing.outbox.changes.indices {
            let place = executing.outbox.changes[number]
            if executing.entries[place].isWorking, executing.execution.orders[place].state.hasEnded {
                end(place)
            }
        }
    }

    /// Notes the orders that are new.
    private mutating func enrol(_ errand: Errand, at now: Timestamp, isGuard: Bool = false) {
        for place in executing.entries.count..<executing.execution.orders.count {
            let isWorking = !executing.execution.orders[place].state.hasEnded
            let plan = executing.execution.plan(ofOrderAt: place)
            var errand = errand
            if let plan { errand = executing.planErrands[plan] }
            if executing.execution.isLeg(place) { errand.reason = "protects: \(errand.reason)" }
            note(errand, at: now, isWorking: isWorking, isGuard: isGuard)
            if !isWorking {
                recording.rejected += 1
            } else if !isGuard, plan == nil {
                noteOnItsWay(errand)
            }
        }
    }

    /// Keeps what the next order is for.
    private mutating func note(_ errand: Errand, at now: Timestamp, isWorking: Bool, isGuard: Bool) {
        executing.entries.append(
            Executing.Entry(
                instrument: Int32(errand.instrument), strategy: Int32(errand.strategy),
                isWorking: isWorking, isGuard: isGuard))
        recording.record.proposedAt.append(now)
        recording.record.reasons.append(errand.reason)
    }

    /// Portfolio waits for the order.
    private mutating func noteOnItsWay(_ errand: Errand) {
        deciding.allocators[errand.strategy].onOrderSent(of: errand.instrument)
    }

    /// An order is no longer on its way.
    private mutating func end(_ place: Int) {
        executing.entries[place].isWorking = false
        guard executing.execution.plan(ofOrderAt: place) == nil else { return }
        let (instrument, strategy) = (
            Int(executing.entries[place].instrument), Int(executing.entries[place].strategy)
        )
        if !executing.entries[place].isGuard { deciding.allocators[strategy].onOrderEnd(of: instrument) }
        if risking.guarding.isOn {
            risking.guarding.positions.onEnd(
                executing.execution.orders[place].order.name, of: instrument)
        }
        if risking.asks { risking.gate.onOrderEnd(executing.execution.orders[place].order.id) }
    }
}
