import Domain

/// What companies do to their shares: splits, dividends and the end of a share, each in an instant of its own between two
/// of the market. They are booked as a backtest books them.
extension PortfolioDesk {
    func act(_ action: CorporateAction, at now: Timestamp, _ outbox: inout Outbox) {
        guard let symbol = setup.symbols.index(of: action.symbol) else { return }
        actedAt = now
        // What else a broker does with shares, and what it pays, it tells in its own activities.
        if setup.hasBroker, action.kind != .split { return }
        do {
            try ledger.apply(action, to: symbol, &trades)
            trades.removeAll(keepingCapacity: true)
            for text in orders.apply(action) { tell(text, &outbox) }
            if action.kind == .split { try rescale(action, symbol.number) }
        } catch {
            tell("\(error) The books are as before.", &outbox)
        }
        tell(of: symbol, nil, nil, &outbox)
    }

    private func tell(_ text: String, _ outbox: inout Outbox) {
        outbox.send(
            .alarm(Alarm(level: .critical, code: "action", explanation: text)), on: .alarm(from: "portfolio"))
    }

    private func rescale(_ action: CorporateAction, _ instrument: Int) throws(CorporateActionError) {
        try measures[instrument].split(action)
        for strategy in allocators.indices {
            allocators[strategy].onSplit(action.numerator, for: action.denominator, of: instrument)
        }
    }
}
