import Domain

/// How much of an order trades, at which price, for which fees, and what follows from it for others.
extension Exchange {
    /// Trades what can be traded of an order at a price. One that takes what is there pays slippage; one that was
    /// resting does not, and neither does one with a limit.
    mutating func fill(_ slot: Int32, at market: Price, takes: Bool, _ reports: inout [Report]) {
        var quantity = Quantity(units: min(orders[slot].remaining.units, pass.budget))
        guard quantity.isPositive else { return }
        if quantity < orders[slot].remaining {
            if orders[slot].allOrNothing { return }
            quantity = wholeShares(quantity, slot)
            guard quantity.isPositive else { return }
        }
        var price = market
        if takes, slips, !orders[slot].hasLimit { price = slipped(slot, from: market, quantity) }
        let bound = moneyBound(slot, at: price, quantity)
        quantity = bound.quantity
        // What the money does not pay for in full is not all of it.
        if orders[slot].allOrNothing, bound.reason != .none {
            return finish(slot, .cancelled, bound.reason, at: pass.at, &reports)
        }
        if quantity.isPositive {
            guard trade(slot, quantity, at: price, &reports) else {
                finish(slot, .cancelled, .badQuantity, at: pass.at, &reports)
                return
            }
        }
        if bound.reason != .none, orders[slot].phase == .live {
            finish(slot, .cancelled, bound.reason, at: pass.at, &reports)
        }
    }

    /// Books a fill and says so; false where it is worth more than money can hold.
    private mutating func trade(
        _ slot: Int32, _ quantity: Quantity, at price: Price, _ reports: inout [Report]
    ) -> Bool {
        guard let worth = Money.worth(of: quantity, at: price), worth.units < Int64.max / 1_024 else {
            return false
        }
        if pass.budget != .max { pass.budget -= quantity.units }
        orders[slot].filled += quantity
        orders[slot].worth += worth
        let fee = charges ? additionalFee(slot) : .zero
        let ticket = orders[slot].ticket
        let isBuy = orders[slot].isBuy
        accounts.trade(
            ticket.account, ticket.symbol.number, signed: isBuy ? quantity : -quantity,
            worth: isBuy ? worth : -worth, fee: fee)
        if accounts.isMarked { holdingChanged(ticket.account, ticket.symbol.number, at: price) }
        if !isBuy, accounts[ticket.account].shorts > 0 { awaitInterest(from: pass.at) }
        executions += 1
        send(
            Report(
                kind: .filled, reason: ticket.tag == Ticket.liquidation ? .liquidation : .none,
                side: ticket.side, symbol: ticket.symbol, account: ticket.account, strategy: ticket.strategy,
                order: handle(of: slot), tag: ticket.tag, quantity: quantity, price: price, fee: fee,
                remaining: orders[slot].open, execution: executions, at: pass.at, knownAt: pass.at),
            &reports)
        relate(slot, traded: quantity, &reports)
        if orders[slot].open == .zero { close(slot, &reports) } else { reserve(slot) }
        return true
    }

    /// What an order for whole shares gets is whole shares, even where the volume allows a part of one more.
    private func wholeShares(_ quantity: Quantity, _ slot: Int32) -> Quantity {
        guard orders[slot].remaining.units % Quantity.scale == 0 else { return quantity }
        return Quantity(units: quantity.units / Quantity.scale * Quantity.scale)
    }

    private func slipped(_ slot: Int32, from price: Price, _ quantity: Quantity) -> Price {
        let book = books[orders[slot].ticket.symbol.number]
        let distance = rules.slippage.distance(
            MarketAtFill(
                price: price, quantity: quantity, volume: pass.volume,
                spread: pass.isQuoted || !book.quote.isKnown ? .zero : book.quote.ask - book.quote.bid,
                isQuoted: book.quote.isKnown, range: book.range))
        if orders[slot].isBuy { return price + distance }
        return max(price - distance, Price(units: 1))
    }

    /// Commission and fees of all that has traded, less what has been paid.
    private mutating func additionalFee(_ slot: Int32) -> Money {
        let commission = rules.commission.total(traded: orders[slot].filled, worth: orders[slot].worth)
        var fee = commission - orders[slot].commission
        orders[slot].commission = commission
        if let regulatory = rules.regulatoryFees, !orders[slot].isBuy {
            // By the day on which it came, so that an order has one rate.
            let total = regulatory.total(
                sold: orders[slot].filled, worth: orders[slot].worth, on: orders[slot].arrives.dateUTC)
            fee += total - orders[slot].regulatory
            orders[slot].regulatory = total
        }
        return fee
    }

    /// How much of a quantity the money pays for that the order may spend, or that a cash account has.
    private func moneyBound(
        _ slot: Int32, at price: Price, _ quantity: Quantity
    ) -> (quantity: Quantity, reason: Reason) {
        let ticket = orders[slot].ticket
        var bound = (quantity: quantity, reason: Reason.none)
        if ticket.notional.isPositive {
            let left = ticket.notional - orders[slot].worth - orders[slot].commission
            let affordable = affordable(slot, at: price, with: left, upTo: quantity)
            // The order is over once it could not trade what it might have.
            if affordable < quantity { bound = (affordable, .notionalSpent) }
        }
        if ticket.tag == Ticket.liquidation {
            // An order of the account's own may have closed the position on the way here: no more than is left.
            let held = accounts.holding(ticket.account, ticket.symbol.number).quantity
            let left = max(orders[slot].isBuy ? -held : held, .zero)
            return left < quantity ? (left, .liquidation) : bound
        }
        guard rules.margin.kind == .cash else { return bound }
        let state = accounts[ticket.account]
        if orders[slot].isBuy {
            let affordable = affordable(
                slot, at: price, with: state.cash + state.expected, upTo: bound.quantity)
            if affordable < bound.quantity {
                bound = (
                    ticket.notional.isPositive ? affordable : wholeShares(affordable, slot), .buyingPower
                )
            }
        } else {
            let held = accounts.holding(ticket.account, ticket.symbol.number).quantity
            if held < bound.quantity { bound = (max(held, .zero), .shortInCashAccount) }
        }
        return bound
    }

    /// The most of a quantity that an amount pays for, fees included.
    private func affordable(
        _ slot: Int32, at price: Price, with money: Money, upTo quantity: Quantity
    ) -> Quantity {
        func cost(_ quantity: Quantity) -> Int128 {
            guard let worth = Money.worth(of: quantity, at: price) else { return .max }
            guard charges, worth.units < Int64.max / 1_024 else { return Int128(worth.units) }
            let fee = rules.commission.total(
                traded: orders[slot].filled + quantity, worth: orders[slot].worth + worth)
            return Int128(worth.units) + Int128(fee.units - orders[slot].commission.units)
        }
        let budget = Int128(money.units)
        if cost(quantity) <= budget { return quantity }
        guard money.isPositive else { return .zero }
        // Fees grow with the quantity, so the answer lies between nothing and what the money buys without them.
        let lot = Int128(rules.lot.units)
        var low: Int128 = 0
        let most = Int128(money.units) * Int128(Quantity.scale) / Int128(price.units)
        var high = min(most, Int128(quantity.units))
        if lot > 1 { high /= lot }
        high += 1
        // Most often nothing or a fixed share is charged, and the guess is right at once.
        var guess = high - 1
        while high - low > 1 {
            let over = cost(Quantity(units: Int64(guess * lot))) - budget
            if over <= 0 { low = guess } else { high = guess }
            if high - low <= 1 { break }
            let step = guess - (over * Int128(Quantity.scale) / (Int128(price.units) * lot) + 1)
            guess = over > 0 && step > low && step < high ? step : (low + high) / 2
        }
        return Quantity(units: Int64(low * lot))
    }
}
