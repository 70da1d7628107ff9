import Domain

/// What is known before an order is sent: the account's permissions, what it holds and may spend, orders of its own
/// that the new one would meet, and stops that the market has passed already.
extension Venue {
    func checkMayTrade(_ account: Int) throws(Refusal) {
        if accounts[account].settings.isSuspended {
            throw .forbidden("new orders are rejected by user request")
        }
    }

    func check(_ request: OrderRequest, _ symbol: Int, _ account: Int) throws(Refusal) {
        let name = assets[symbol].name
        let isFraction =
            request.notional != nil || (request.quantity.map { $0.units % Quantity.scale != 0 } ?? false)
        if isFraction, !accounts[account].settings.isFractional {
            throw .forbidden("fractional trading is disabled for this account")
        }
        guard let last = memory.last(symbol) else {
            throw .unprocessable("asset \"\(name)\" is not tradable")
        }
        try checkAuction(request)
        try checkStops(request, last)
        try checkWash(request, symbol, account)
        try checkHoldings(request, symbol, account, isFraction, last)
    }

    private func checkAuction(_ request: OrderRequest) throws(Refusal) {
        switch request.time {
        case .opg:
            guard hours.takesOpening(at: now) else {
                throw .forbidden("opg orders must be submitted after 7:00pm and before 9:28am")
            }
        case .cls:
            guard hours.takesClosing(at: now) else {
                throw .forbidden("cls orders must be submitted after 7:00pm and before 3:50pm")
            }
        case .day, .gtc, .ioc, .fok: break
        }
    }

    private func checkStops(_ request: OrderRequest, _ last: Price) throws(Refusal) {
        if request.type.hasStop, let stop = request.stop {
            let isSell = request.side == .sell
            guard isSell ? stop < last : stop > last else {
                throw .unprocessable(
                    "stop price must be \(isSell ? "less" : "greater") than current price",
                    [("market_price", .amount(last)), ("stop_price", .amount(stop))])
            }
        }
        guard request.orderClass != .simple else { return }
        let cent = Price(units: 10_000)
        // What the legs are compared with: the price of the entry, or what the market says.
        let base = request.orderClass == .oco ? last : request.limit ?? last
        let isLong = request.orderClass == .oco ? request.side == .sell : request.side == .buy
        let extra: [(key: String, value: Document)] = [("base_price", .amount(base))]
        if let target = request.takeProfit?.limit {
            guard isLong ? target >= base + cent : target <= base - cent else {
                throw .unprocessable(
                    "take_profit.limit_price must be \(isLong ? ">= base_price + 0.01" : "<= base_price - 0.01")",
                    extra)
            }
        }
        if let stop = request.stopLoss?.stop {
            guard isLong ? stop <= base - cent : stop >= base + cent else {
                throw .unprocessable(
                    "stop_loss.stop_price must be \(isLong ? "<= base_price - 0.01" : ">= base_price + 0.01")",
                    extra)
            }
        }
    }

    /// An order must not be able to trade with another of the same account.
    private func checkWash(_ request: OrderRequest, _ symbol: Int, _ account: Int) throws(Refusal) {
        guard request.orderClass == .simple else { return }
        for number in accounts[account].working where !orders[number].status.isOver {
            let other = orders[number]
            guard other.symbol == symbol, other.side != request.side, other.status != .held else { continue }
            let reason: String
            if other.type == .limit, request.type == .limit, let mine = request.limit,
                let theirs = other.limit
            {
                guard request.side == .buy ? mine >= theirs : mine <= theirs else { continue }
                reason = "opposite side limit order exists"
            } else if other.type == .limit {
                guard request.type == .market else { continue }
                reason = "opposite side limit order exists"
            } else {
                reason = "opposite side market/stop order exists"
            }
            throw .forbidden(
                "potential wash trade detected. use complex orders",
                [("existing_order_id", .text(other.id)), ("reject_reason", .text(reason))])
        }
    }

    private func checkHoldings(
        _ request: OrderRequest, _ symbol: Int, _ account: Int, _ isFraction: Bool, _ last: Price
    ) throws(Refusal) {
        let held = position(account, symbol)
        let price = request.limit ?? request.stop ?? last
        let closes = request.side == .sell ? held.isPositive : held.isNegative
        if closes {
            let free = freeQuantity(account, symbol)
            let wanted =
                request.quantity ?? request.notional.flatMap { try? Quantity(for: $0, at: last) } ?? .zero
            guard wanted <= free else {
                throw insufficient(wanted, free, held, symbol)
            }
            return
        }
        if request.orderClass == .oco {
            throw insufficient(request.quantity ?? .zero, .zero, held, symbol)
        }
        if request.side == .sell {
            guard !accounts[account].settings.isLongOnly, accounts[account].multiplier > 1 else {
                throw .forbidden("account is not allowed to short")
            }
            guard !isFraction else { throw .unprocessable("fractional orders cannot be sold short") }
            guard assets[symbol].isShortable else {
                throw .unprocessable("asset \"\(assets[symbol].name)\" cannot be sold short")
            }
        }
        let worth =
            request.notional ?? request.quantity.flatMap { Money.worth(of: $0, at: price) } ?? .max
        let power = buyingPower(account)
        guard worth <= power else {
            throw .forbidden(
                "insufficient buying power",
                [("buying_power", .amount(power)), ("cost_basis", .amount(worth))])
        }
    }

    func insufficient(_ wanted: Quantity, _ free: Quantity, _ held: Quantity, _ symbol: Int) -> Refusal {
        .forbidden(
            "insufficient qty available for order (requested: \(wanted), available: \(free))",
            [
                ("available", .amount(free)), ("existing_qty", .amount(held.magnitude)),
                ("held_for_orders", .amount(held.magnitude - free)),
                ("symbol", .text(assets[symbol].name)),
            ])
    }

    /// What of a position no working order is going to close. Of a pair of exits one counts.
    func freeQuantity(_ account: Int, _ symbol: Int) -> Quantity {
        let held = position(account, symbol)
        var left = held.magnitude
        let closing: OrderSide = held.isNegative ? .buy : .sell
        for number in accounts[account].working where !orders[number].status.isOver {
            let order = orders[number]
            guard order.symbol == symbol, order.side == closing, order.status != .held else { continue }
            // The stop of an exit pair closes what its target would.
            if let parent = order.parent, order.role == .stopLoss {
                let others = [parent] + orders[parent].legs
                let isCounted = others.contains {
                    $0 != number && orders[$0].role == .takeProfit && !orders[$0].status.isOver
                        && orders[$0].status != .held
                }
                if isCounted { continue }
            }
            left -= order.open
        }
        return max(left, .zero)
    }
}
