import Domain
import Exchange
import Execution

/// Approvals that are worked as settings say, rather than sent at once: what the desk does for their plans.
extension TradingDesk {
    /// Hands a verdict to execution to be worked. The order is on its way from its approval on, whichever orders work for
    /// it.
    mutating func work(_ verdict: Verdict, on errand: Errand, cause: Cause, at now: Timestamp) throws {
        let number = executing.execution.plans.count
        executing.begin(errand)
        try executing.execution.onVerdict(
            verdict, of: errand.instrument, cause: cause, intent: intent(of: verdict.order, errand), at: now,
            &executing.outbox)
        guard executing.execution.plans.count > number else { return executing.forgetErrand() }
        deciding.allocators[errand.strategy].onOrderSent(of: errand.instrument)
    }

    /// An order that makes its strategy's position smaller is an exit, and is never given up.
    private func intent(of order: Order, _ errand: Errand) -> Plan.Intent {
        let held = ledger.quantity(of: errand.strategy, in: SymbolIndex(errand.instrument))
        guard order.side == .sell ? held.isPositive : held.isNegative else { return .enter }
        return risking.asks && risking.gate.halts.active.contains { $0.halt.flatten } ? .emergency : .leave
    }

    /// An approval has been worked to its end.
    mutating func endPlan(_ number: Int, _ errand: Errand) {
        let plan = executing.execution.plans[number]
        if hearing.isLate { hearing.keep(plan: number) } else { tellEnd(ofPlan: number) }
        if risking.guarding.isOn {
            risking.guarding.positions.onEnd(plan.order.name, of: plan.instrument)
        }
        guard plan.outcome != "filled" else { return }
        recording.count("execution: \(plan.outcome)")
        if let last = executing.execution.lastOrder(ofPlan: number) {
            recording.record.reasons[last] += "; \(plan.outcome)"
        }
    }

    /// Portfolio and risk wait no more for what was approved.
    mutating func tellEnd(ofPlan number: Int) {
        let plan = executing.execution.plans[number]
        deciding.allocators[executing.planErrands[number].strategy].onOrderEnd(of: plan.instrument)
        if risking.asks { risking.gate.onOrderEnd(plan.order.id) }
    }

    /// What works for a plan is cancelled, and nothing more is sent.
    mutating func cancelPlan(_ number: Int, at now: Timestamp) {
        executing.execution.cancelPlan(number, because: "taken back", at: now, &executing.outbox)
        carryOut(Errand(instrument: 0, strategy: 0, reason: ""), at: now)
    }

    /// Entries are taken back, and none begins before the halt is lifted.
    mutating func tellExecution(_ halt: Halt, at now: Timestamp) {
        guard executing.works else { return }
        executing.execution.onHalt(halt, at: now, &executing.outbox)
        carryOut(Errand(instrument: 0, strategy: 0, reason: ""), at: now)
    }

    /// The exchange has made an order smaller.
    mutating func shrink(_ place: Int, by quantity: Quantity, at now: Timestamp) {
        guard executing.execution.plan(ofOrderAt: place) != nil else { return }
        executing.execution.onReduction(of: place, by: quantity, at: now, &executing.outbox)
        carryOut(errand(of: place), at: now)
    }

    /// The exchange was asked, and knows an order of which so much has traded.
    mutating func answer(_ place: Int, filled: Quantity, at now: Timestamp) throws {
        guard executing.works, !executing.execution.orders[place].state.hasEnded else { return }
        try executing.execution.onEvent(
            .accepted(venueOrderId: ""), of: place, filled: filled, at: now, &executing.outbox)
        carryOut(errand(of: place), at: now)
    }

    /// The exchange has closed a part of a position itself: what protected it is too large.
    mutating func noteOtherTrade(_ side: Side, _ quantity: Quantity, of instrument: Int, at now: Timestamp) {
        guard executing.works else { return }
        executing.execution.onOtherTrade(side, quantity, of: instrument, at: now, &executing.outbox)
        carryOut(Errand(instrument: instrument, strategy: 0, reason: ""), at: now)
    }

    func errand(of place: Int) -> Errand {
        Errand(
            instrument: Int(executing.entries[place].instrument),
            strategy: Int(executing.entries[place].strategy),
            reason: recording.record.reasons[place])
    }
}
