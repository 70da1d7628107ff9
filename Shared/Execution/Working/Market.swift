import Domain

/// What execution sees of the market and of time, and what a person or a company does.
extension Execution {
    /// Whether bars have to be shown: prices, volumes or brackets depend on them.
    public var watchesBars: Bool {
        settings.style == .limit || settings.slicing != .none || settings.bracket != nil
    }

    /// Takes a bar that has ended.
    public mutating func onBar(
        _ bar: Bar, of instrument: Int, at now: Timestamp, _ outbox: inout Outbox
    ) {
        let end = bar.openedAt + bar.span
        if case .volumeWeighted = settings.slicing {
            views[instrument].profile.take(bar.volume, from: bar.openedAt, to: end)
        }
        views[instrument].take(close: bar.close, volume: bar.volume, from: bar.openedAt, to: end)
        look(at: instrument, high: bar.high, low: bar.low, at: now, &outbox)
    }

    public mutating func onQuote(
        _ quote: Quote, of instrument: Int, at now: Timestamp, _ outbox: inout Outbox
    ) {
        views[instrument].take(bid: quote.bid, ask: quote.ask)
        look(at: instrument, high: quote.bid, low: quote.ask, at: now, &outbox)
    }

    @inline(__always)
    private mutating func look(
        at instrument: Int, high: Price, low: Price, at now: Timestamp, _ outbox: inout Outbox
    ) {
        if !activeGuards.isEmpty { followPrice(instrument, high: high, low: low, at: now, &outbox) }
        if !activePlans.isEmpty {
            for number in activePlans where plans[number].instrument == instrument {
                work(number, at: now, &outbox)
            }
        }
    }

    /// A time has come that was asked for.
    public mutating func onTimer(at now: Timestamp, _ outbox: inout Outbox) {
        nextWake = .distantFuture
        for place in watched { watch(place, at: now, &outbox) }
        for place in activeGuards { protectOn(place, at: now, &outbox) }
        for number in activePlans { work(number, at: now, &outbox) }
    }

    /// Trading is stopped, or allowed again.
    public mutating func onHalt(_ halt: Halt, at now: Timestamp, _ outbox: inout Outbox) {
        isHalted = halt.active
        if halt.active {
            stopEntries("trading is halted: \(halt.reason)", at: now, &outbox)
        } else {
            rejectionsInARow = 0
        }
    }

    /// Takes back an approval: what works for it is cancelled, and nothing more is sent.
    public mutating func cancelPlan(
        _ number: Int, because reason: String, at now: Timestamp, _ outbox: inout Outbox
    ) {
        end(number, because: reason, at: now, &outbox)
    }

    /// A corporate action, before the first bar of its ex-date.
    public mutating func onAction(
        _ action: CorporateAction, of instrument: Int, at now: Timestamp
    ) throws(CorporateActionError) {
        // Those that were sent as they were approved too, and nobody watches these.
        for place in orders.indices
        where !orders[place].state.hasEnded && orders[place].order.symbol == action.symbol {
            try orders[place].apply(action)
        }
        for number in activePlans where plans[number].instrument == instrument {
            try plans[number].order.apply(action)
        }
        guard action.kind == .split else { return }
        func shares(_ quantity: Quantity) -> Quantity {
            (try? quantity.scaled(action.numerator, over: action.denominator)) ?? quantity
        }
        for place in watched where orders[place].order.symbol == action.symbol {
            if passages[place].said.isPositive { passages[place].said = shares(passages[place].said) }
        }
        for number in activePlans where plans[number].instrument == instrument {
            plans[number].filled = shares(plans[number].filled)
            plans[number].reduced = shares(plans[number].reduced)
        }
        for place in activeGuards where guards[place].instrument == instrument {
            guards[place].held = shares(guards[place].held)
            guards[place].bought = shares(guards[place].bought)
        }
        // Where nothing is worked, no market is looked at.
        if instrument < views.count { views[instrument].split(action.numerator, for: action.denominator) }
    }
}
