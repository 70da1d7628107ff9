import Domain

/// What an account may order, and what its orders have reserved.
extension Exchange {
    /// Why the account cannot place an order, or nothing.
    func refusalByAccount(_ slot: Int32) -> Reason {
        let ticket = orders[slot].ticket
        let index = ticket.symbol.number
        let held = accounts.holding(ticket.account, index).quantity
        let isBuy = orders[slot].isBuy
        // Where money is the bound, the fill is cut to what is held.
        if !isBuy, held < ticket.quantity {
            if rules.margin.kind == .cash, !(ticket.notional.isPositive && held.isPositive) {
                return .shortInCashAccount
            }
            if rules.borrow.hardToBorrow.contains(ticket.symbol) { return .hardToBorrow }
        }
        guard rules.margin.kind != .unlimited else { return .none }
        // What only makes a position smaller needs no buying power.
        let closing = isBuy ? max(.zero, -held) : max(.zero, held)
        let opening = max(.zero, ticket.quantity - closing)
        guard opening.isPositive, let worth = estimatedWorth(slot, of: opening) else { return .none }
        return worth <= buyingPower(of: ticket.account, at: orders[slot].arrives) ? .none : .buyingPower
    }

    /// What an account may still spend, after what its working orders have reserved.
    public func buyingPower(of account: Int32, at moment: Timestamp) -> Money {
        let state = accounts[account]
        switch rules.margin.kind {
        case .unlimited: return .max
        case .cash: return state.cash + state.expected - state.reserved
        case .regulationT:
            var clock = clock
            let day = clock.day(closingAfter: moment)
            let factor = moment >= day.open ? rules.margin.intraday : rules.margin.overnight
            return Rate(factor).of(state.equity) - state.gross - state.reserved
        }
    }

    /// The exchange's own view of an account: cash, and the equity where holdings are marked (on margin).
    public func funds(of account: Int32) -> (cash: Money, equity: Money) {
        (accounts[account].cash, accounts[account].equity)
    }

    /// What the working orders of an account have reserved.
    public func reserved(by account: Int32) -> Money { accounts[account].reserved }

    public func holding(of account: Int32, in symbol: SymbolIndex) -> Quantity {
        accounts.holding(account, symbol.number).quantity
    }

    /// What a quantity will cost as far as can be told; nothing where no price is known yet.
    private func estimatedWorth(_ slot: Int32, of quantity: Quantity) -> Money? {
        let ticket = orders[slot].ticket
        var price = books[ticket.symbol.number].lastPrice
        if orders[slot].hasLimit { price = ticket.limit }
        if orders[slot].mode == .stop { price = ticket.stop }
        guard price.isPositive else { return nil }
        // Too large for money is too large for any account.
        let worth = Money.worth(of: quantity, at: price) ?? Money.max
        return ticket.notional.isPositive ? min(worth, ticket.notional) : worth
    }

    /// Notes what a live order will need, or bring. On margin a short sale needs buying power as a purchase does.
    mutating func reserve(_ slot: Int32) {
        guard rules.margin.kind != .unlimited else { return }
        let account = orders[slot].ticket.account
        release(slot)
        var quantity = orders[slot].remaining
        let opensShort = !orders[slot].isBuy && rules.margin.kind == .regulationT
        if opensShort {
            quantity -= max(.zero, accounts.holding(account, orders[slot].ticket.symbol.number).quantity)
        }
        guard orders[slot].phase == .live, quantity.isPositive, let worth = estimatedWorth(slot, of: quantity)
        else { return }
        // No more than a quarter of what money can hold is ever reserved, so that sums cannot overflow.
        let amount = min(worth, Money(units: Int64.max / 1_024))
        if orders[slot].isBuy || opensShort {
            // One of a pair is enough to reserve for.
            let sibling = orders[slot].sibling
            if sibling >= 0, orders[sibling].reserved.isPositive { return }
            orders[slot].reserved = amount
            accounts[account].reserved += amount
        } else if orders[slot].mode == .market {
            orders[slot].reserved = -amount
            accounts[account].expected += amount
        }
    }

    /// Forgets what an order had reserved.
    mutating func release(_ slot: Int32) {
        let amount = orders[slot].reserved
        guard amount != .zero else { return }
        let account = orders[slot].ticket.account
        if amount.isPositive {
            accounts[account].reserved -= amount
        } else {
            accounts[account].expected += amount
        }
        orders[slot].reserved = .zero
    }
}
