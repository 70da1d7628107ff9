import Domain

/// What it costs to carry positions: interest on borrowed shares, and their end where the margin does not suffice.
extension Exchange {
    /// After a trade on margin: the holding is marked, and every bar of its symbol is looked at while it is held.
    mutating func holdingChanged(_ account: Int32, _ index: Int, at price: Price) {
        accounts.mark(account, index, at: price)
        books[index].wakesAlways = measures || accounts.isHeld(index)
        if books[index].wakesAlways { books[index].wakesBelow = .max }
    }

    /// Marks the holdings in a symbol to its close. Margins are looked at when time passes, after all symbols of the
    /// instant have their price.
    mutating func mark(_ index: Int, at moment: Timestamp) {
        guard books[index].wakesAlways, accounts.isHeld(index) else { return }
        for account in 0..<Int32(accounts.count) { accounts.mark(account, index, at: books[index].lastPrice) }
        marginIsDue = true
        nextDue = min(nextDue, moment.nanoseconds)
    }

    /// Closes positions of accounts whose equity is below the maintenance margin, the largest first, until the rest can
    /// be carried.
    mutating func checkMargins(at moment: Timestamp, _ reports: inout [Report]) {
        marginIsDue = false
        let share = Rate(rules.margin.maintenance)
        for account in 0..<Int32(accounts.count) {
            var gross = accounts[account].gross
            let equity = accounts[account].equity
            guard accounts[account].liquidations == 0, equity < share.of(gross) else { continue }
            var closed: [Int] = []
            while equity < share.of(gross), let index = accounts.largest(account, besides: closed) {
                closed.append(index)
                let holding = accounts.holding(account, index)
                gross -= holding.worth.magnitude
                accounts[account].liquidations += 1
                submit(
                    Ticket(
                        tag: Ticket.liquidation, symbol: SymbolIndex(index), account: account,
                        side: holding.quantity.isNegative ? .buy : .sell, timeInForce: .goodTillCancelled,
                        quantity: holding.quantity.magnitude), at: moment, &reports)
            }
        }
    }

    /// Sees to it that interest is charged at the end of the session.
    mutating func awaitInterest(from moment: Timestamp) {
        guard interestDue == .distantFuture, chargesInterest else { return }
        interestDue = clock.day(closingAfter: moment).close
        nextDue = min(nextDue, interestDue.nanoseconds)
    }

    /// Charges the days from this session to the next on all that is short, at the last prices.
    mutating func chargeInterest(_ reports: inout [Report]) {
        let from = interestDue
        let next = clock.day(closingAfter: from)
        let days = Int64(next.close.dateUTC.days - from.dateUTC.days)
        var isShort = false
        for account in 0..<Int32(accounts.count) where accounts[account].shorts > 0 {
            isShort = true
            for index in 0..<books.count {
                let quantity = accounts.holding(account, index).quantity
                guard quantity.isNegative, books[index].lastPrice.isPositive,
                    let worth = Money.worth(of: -quantity, at: books[index].lastPrice)
                else { continue }
                let yearly = borrowRate(of: index).of(worth)
                let charge = Int128(yearly.units) * Int128(days)
                let amount = Money(units: Int64(charge.divided(by: 360, rounding: .toNearestOrEven)))
                guard amount.isPositive else { continue }
                accounts[account].cash -= amount
                send(
                    Report(
                        kind: .state, reason: .borrow, side: .sell, symbol: SymbolIndex(index),
                        account: account,
                        strategy: 0, order: .none, tag: 0, quantity: -quantity, price: books[index].lastPrice,
                        fee: amount, remaining: .zero, execution: 0, at: from, knownAt: from), &reports)
            }
        }
        interestDue = isShort ? next.close : .distantFuture
    }

    private var chargesInterest: Bool { rules.borrow.annualRate != 0 || !rules.borrow.ratesBySymbol.isEmpty }

    private func borrowRate(of index: Int) -> Rate {
        for (symbol, rate) in rules.borrow.ratesBySymbol where symbol.number == index { return Rate(rate) }
        return Rate(rules.borrow.annualRate)
    }
}
