import Domain

/// An order that closes a strategy's part of a position, and was proposed in this instant.
struct ProposedClosing: Sendable {
    var strategy = 0
    var instrument = 0
}

/// Closing what is held, because a halt wants it or a position was held for long enough.
extension PortfolioDesk {
    /// From now on every position is closed, and the first attempt waits for nothing.
    func flatten(from halt: Origin) {
        flattening = halt
        exitsHeldBack = [:]
        for strategy in allocators.indices { allocators[strategy].endExitRests() }
    }

    /// Closes every position that no order closes yet.
    func flatten(because halt: Origin, at now: Timestamp, _ outbox: inout Outbox) {
        for instrument in 0..<setup.symbols.count {
            let symbol = SymbolIndex(instrument)
            let held = ledger[symbol].quantity
            let isLeaving = orders.orders.values.contains {
                $0.order.symbol == setup.symbols[symbol] && ($0.order.side == .sell) == held.isPositive
            }
            // Though an entry of it was held back: what makes a position smaller leaves for a frozen symbol, too.
            guard held != .zero, !isLeaving,
                !allocators.contains(where: { $0.exitRests(instrument, at: now) })
            else { continue }
            close(instrument, because: "halt: every position is closed", origin: halt, &outbox)
        }
    }

    /// Sells what is held, or buys back what is owed, at market; its signals are good for nothing more.
    func close(
        _ instrument: Int, because reason: String, origin: Origin?, _ outbox: inout Outbox
    ) {
        let symbol = SymbolIndex(instrument)
        for strategy in allocators.indices { allocators[strategy].onStopped(instrument) }
        let closings = ledger.closings(of: symbol, named: setup.symbols[symbol], because: reason) {
            setup.parts[$0].label
        }
        for closing in closings {
            // Or what is decided at the end of the instant would close it once more.
            allocators[closing.strategy].onOrderSent(of: instrument)
            proposedClosings.append(ProposedClosing(strategy: closing.strategy, instrument: instrument))
            propose(closing.proposal, of: instrument, price: ledger[symbol].price, because: origin, &outbox)
        }
    }

    /// The instant is over: from now on risk's word counts.
    func forgetClosings() {
        for closing in proposedClosings { allocators[closing.strategy].onOrderEnd(of: closing.instrument) }
        proposedClosings.removeAll(keepingCapacity: true)
    }
}
