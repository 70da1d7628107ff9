import Domain
import Risk

/// Halts in a run: what begins one, what it does, and how the run goes on after it.
extension TradingDesk {
    /// After the bars of an instant: has the equity fallen too far, or has data been missing?
    mutating func lookForHalts(at now: Timestamp) throws {
        try liftHalts(at: now)
        if risking.gate.halts.watchesData, risking.lookedAt != .distantPast {
            let gap = risking.hours.intervals(of: risking.span, from: risking.lookedAt, to: now) - 1
            try begin(risking.gate.halts.onDataGap(intervals: gap, at: now), at: now)
        }
        try begin(risking.gate.onEquity(ledger.equity, at: now), at: now)
        guard risking.gate.halts.isHalted else { return }
        if risking.gate.halts.active.contains(where: { $0.halt.flatten }) { try flatten(at: now) }
    }

    /// A halt has begun: it is kept for the report, and what would open something new is taken back.
    mutating func begin(_ halt: Halt?, at now: Timestamp) throws {
        guard let halt else { return }
        recording.record.halts.append((now, halt))
        tellExecution(halt, at: now)
        for place in executing.entries.indices where executing.entries[place].isWorking {
            let instrument = Int(executing.entries[place].instrument)
            let held = ledger[SymbolIndex(instrument)].quantity
            let side = executing.execution.orders[place].order.side
            let reduces = side == .sell ? held.isPositive : held.isNegative
            if !reduces, !executing.entries[place].isGuard { cancel(place, at: now) }
        }
    }

    /// Closes every position that nobody closes yet.
    private mutating func flatten(at now: Timestamp) throws {
        for instrument in symbols.indices where ledger[SymbolIndex(instrument)].quantity != .zero {
            let held = ledger[SymbolIndex(instrument)].quantity
            let isLeaving = executing.entries.indices.contains { place in
                executing.entries[place].isWorking && Int(executing.entries[place].instrument) == instrument
                    && (executing.execution.orders[place].order.side == .sell) == held.isPositive
                    && !executing.entries[place].isGuard
            }
            if !isLeaving, !executing.isLeaving(instrument) {
                try close(instrument, because: "halt: every position is closed", at: now)
            }
        }
    }

    /// Nobody watches a backtest, so a setting stands for the person who would lift the halt.
    private mutating func liftHalts(at now: Timestamp) throws {
        for each in risking.gate.halts.active where risking.lift.isDue(at: now, since: each.since) {
            let lifted = try risking.gate.halts.lift(
                HaltKind(rawValue: each.halt.kind), by: "the setting risk.halt_lift", equity: ledger.equity)
            recording.record.halts += lifted.map { (now, $0) }
            if !risking.gate.halts.isHalted, let last = lifted.last { tellExecution(last, at: now) }
        }
    }

    /// What the exchange said of an order, as far as halts are concerned.
    mutating func followAnswer(isRejection reason: String?, at now: Timestamp) throws {
        if let reason {
            try begin(risking.gate.halts.onOrderRejected(reason, at: now), at: now)
        } else {
            risking.gate.halts.onOrderAccepted()
        }
    }
}
