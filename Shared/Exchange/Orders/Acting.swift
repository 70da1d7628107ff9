import Domain

/// What corporate actions do, on their ex-date, to orders and to what accounts hold.
extension Exchange {
    /// Applies an action before the first bar of its ex-date. A split changes quantities, limits, stops and trails; a
    /// new name moves orders to another book; an instrument that ends takes its orders with it. A dividend leaves
    /// orders alone. Figures that make no sense are refused, and nothing has changed then.
    public mutating func apply(
        _ action: CorporateAction, to symbol: SymbolIndex, becoming new: SymbolIndex? = nil,
        at moment: Timestamp, _ reports: inout [Report]
    ) throws(CorporateActionError) {
        let index = symbol.number
        switch action.kind {
        case .split:
            try action.checkRatio()
            try checkHoldings(index, action)
            split(index, action.numerator, action.denominator, at: moment, &reports)
        case .dividend:
            guard !action.amount.isNegative else {
                throw CorporateActionError(action, "has the amount \(action.amount), which is below 0")
            }
            payForEach(index, action.amount)
        case .symbolChange:
            guard let new else { throw CorporateActionError(action, "names no new symbol") }
            rename(index, to: new.number)
        case .merger where action.numerator != 0:
            try action.checkRatio()
            try checkHoldings(index, action)
            guard let new else { throw CorporateActionError(action, "names no new symbol") }
            endAll(index, at: moment, &reports)
            payForEach(index, action.amount)
            exchangeHoldings(index, for: new.number, action.numerator, action.denominator)
        case .merger, .delisting:
            endAll(index, at: moment, &reports)
            payForEach(index, action.amount)
            for account in 0..<Int32(accounts.count) { accounts.change(account, index, to: .zero) }
            remark(index)
        }
    }

    /// What every account holds is a number of the new shares, too: to leave it as it was would be to change what it is worth.
    private func checkHoldings(_ index: Int, _ action: CorporateAction) throws(CorporateActionError) {
        for account in 0..<Int32(accounts.count) {
            let held = accounts.holding(account, index).quantity
            do throws(OverflowError) {
                _ = try held.scaled(action.numerator, over: action.denominator)
            } catch {
                throw CorporateActionError(
                    action, "cannot be applied to the \(held) shares that are held: \(error)")
            }
        }
    }

    private mutating func split(
        _ index: Int, _ numerator: Int64, _ denominator: Int64, at moment: Timestamp,
        _ reports: inout [Report]
    ) {
        func shares(_ quantity: Quantity) -> Quantity? { try? quantity.scaled(numerator, over: denominator) }
        func price(_ price: Price) -> Price { (try? price.scaled(denominator, over: numerator)) ?? .zero }
        var slot = books[index].first
        while slot >= 0 {
            let order = orders[slot]
            if !splitQuantities(slot, numerator, denominator) {
                finish(slot, .cancelled, .badQuantity, at: moment, &reports)
            } else if !splitPrices(slot, denominator, numerator) {
                finish(slot, .cancelled, .badPrice, at: moment, &reports)
            }
            slot = order.next
        }
        books[index].lastPrice = price(books[index].lastPrice)
        books[index].range = price(books[index].range)
        books[index].quote = LastQuote()
        for account in 0..<Int32(accounts.count) {
            let held = accounts.holding(account, index).quantity
            if let after = shares(held) { accounts.change(account, index, to: after) }
        }
        remark(index)
        sweep(index)
        narrow(index)
    }

    /// Scales what an order asks for and has got; whether what is left makes sense.
    private mutating func splitQuantities(_ slot: Int32, _ numerator: Int64, _ denominator: Int64) -> Bool {
        func shares(_ quantity: Quantity) -> Quantity? { try? quantity.scaled(numerator, over: denominator) }
        let order = orders[slot]
        guard let asked = shares(order.ticket.quantity), let filled = shares(order.filled),
            let active = shares(order.active), let reduced = shares(order.reduced), asked.isPositive
        else { return false }
        orders[slot].ticket.quantity = asked
        orders[slot].filled = filled
        orders[slot].reduced = reduced
        // What was whole stays whole, whatever the parts were rounded to.
        orders[slot].active =
            order.active == order.ticket.quantity - order.reduced ? asked - reduced : active
        orders[slot].isQueued = false
        return true
    }

    /// Scales the prices of an order; false where one that it heeds is too large for that or becomes nothing: a sell
    /// limit of 0 would trade at any price.
    private mutating func splitPrices(_ slot: Int32, _ numerator: Int64, _ denominator: Int64) -> Bool {
        let order = orders[slot]
        let trails = order.mode == .trailing
        let stops = trails || order.mode == .stop || order.mode == .stopLimit
        var isWhole = true
        func price(_ price: Price, isHeeded: Bool) -> Price {
            let scaled = try? price.scaled(numerator, over: denominator)
            if isHeeded, price.isPositive, !(scaled?.isPositive ?? false) { isWhole = false }
            return scaled ?? .zero
        }
        orders[slot].ticket.limit = price(order.ticket.limit, isHeeded: order.hasLimit)
        orders[slot].ticket.stop = price(order.ticket.stop, isHeeded: stops)
        orders[slot].ticket.trail = price(order.ticket.trail, isHeeded: trails)
        orders[slot].trigger = price(order.trigger, isHeeded: stops)
        orders[slot].best = price(order.best, isHeeded: trails)
        return isWhole
    }

    private mutating func rename(_ index: Int, to new: Int) {
        var slot = books[index].first
        while slot >= 0 {
            let next = orders[slot].next
            unlink(slot, from: index)
            books[index].working -= 1
            orders[slot].ticket.symbol = SymbolIndex(new)
            link(slot, in: new)
            slot = next
        }
        books[new].lastPrice = books[index].lastPrice
        books[new].lastAt = books[index].lastAt
        books[new].range = books[index].range
        books[new].rangeCount = books[index].rangeCount
        exchangeHoldings(index, for: new, 1, 1)
        books[index].isTraded = false
        narrow(index)
        narrow(new)
    }

    private mutating func endAll(_ index: Int, at moment: Timestamp, _ reports: inout [Report]) {
        var slot = books[index].first
        while slot >= 0 {
            finish(slot, .cancelled, .delisted, at: moment, &reports)
            slot = orders[slot].next
        }
        sweep(index)
        books[index].isTraded = false
    }

    /// Longs receive, shorts pay.
    private mutating func payForEach(_ index: Int, _ amount: Price) {
        for account in 0..<Int32(accounts.count) {
            if let cash = Money.worth(of: accounts.holding(account, index).quantity, at: amount) {
                accounts.pay(account, cash)
            }
        }
    }

    private mutating func exchangeHoldings(
        _ index: Int, for new: Int, _ numerator: Int64, _ denominator: Int64
    ) {
        for account in 0..<Int32(accounts.count) {
            let held = accounts.holding(account, index).quantity
            guard held != .zero, let after = try? held.scaled(numerator, over: denominator) else { continue }
            accounts.change(account, new, to: accounts.holding(account, new).quantity + after)
            accounts.change(account, index, to: .zero)
        }
        remark(index)
        remark(new)
    }

    private mutating func remark(_ index: Int) {
        guard accounts.isMarked else { return }
        for account in 0..<Int32(accounts.count) {
            holdingChanged(account, index, at: books[index].lastPrice)
        }
    }
}
