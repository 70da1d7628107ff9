import Domain

/// Orders that were held back on their way to the venue, and when what they were for is proposed again.
extension PortfolioDesk {
    /// An order was held back on its way, for its symbol is frozen. To propose it again at each step would be to have it held
    /// back at each step: it waits a minute, and twice as long each time, for a quarter of an hour at most.
    ///
    /// What makes a position smaller goes through where nothing may be opened, so it does not wait for an entry's sake.
    func rest(_ symbol: SymbolIndex, _ strategy: Int, _ side: Side) {
        let held = ledger.quantity(of: strategy, in: symbol)
        let isExit = side == .sell ? held.isPositive : held.isNegative
        let times = (isExit ? exitsHeldBack : heldBack)[symbol.number, default: 0]
        if isExit { exitsHeldBack[symbol.number] = times + 1 } else { heldBack[symbol.number] = times + 1 }
        let wait = min(Nanoseconds.minute << Int64(min(times, 10)), PortfolioDesk.restLongest)
        allocators[strategy].rest(symbol.number, until: closed + wait, isExit: isExit)
    }

    private static let restLongest = 15 * Nanoseconds.minute

    /// Orders of the symbol come through again.
    func noteTaken(_ report: BrokerReport) {
        guard !heldBack.isEmpty || !exitsHeldBack.isEmpty,
            report.kind == .accepted || report.kind == .filled,
            let order = orders.orders[report.orderId], let symbol = owner(of: order.order)?.symbol
        else { return }
        heldBack[symbol.number] = nil
        exitsHeldBack[symbol.number] = nil
    }
}
