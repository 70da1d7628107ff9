import Domain

/// What can be known before an order is sent. What is refused here has not left.
extension BrokerDesk {
    func objection(to order: Order) -> String? {
        let sent = shaped(order)
        if sent.quantity <= .zero { return "less than a share can be paid for" }
        return pricing(sent) ?? asset(sent) ?? hours(sent) ?? means(sent)
    }

    /// The same of what an order is to be changed to: what it binds, and what is held for it, the order before it does already.
    func objection(toChange order: Order) -> String? {
        if order.notional != nil { return "an order is not changed to one for an amount of money" }
        if order.quantity <= .zero { return "less than a share is no order" }
        return pricing(order) ?? parts(order)
    }

    /// Two digits behind the point from a whole unit of the currency on, four below it.
    func pricing(_ order: Order) -> String? {
        for (name, price) in [("limit", order.limit), ("stop", order.stop)] {
            guard let price else { continue }
            guard price.isPositive else { return "the \(name) \(price) is not above 0" }
            let tick: Int64 = price.units >= Price.scale ? 10_000 : 100
            guard price.units % tick == 0 else {
                return "the \(name) \(price) has parts of a cent that no exchange takes"
                    + (tick == 100 ? " (below 1, four digits are taken)" : "")
            }
        }
        return nil
    }

    private func asset(_ order: Order) -> String? {
        guard let asset = market.assets[order.symbol], asset.isTradable else {
            return "\(order.symbol) is halted, or cannot be traded at this broker"
        }
        if let objection = parts(order) { return objection }
        if order.side == .sell, !asset.isShortable, order.quantity > holdable(order.symbol) {
            return "\(order.symbol) cannot be sold short, and \(holdable(order.symbol)) are held"
        }
        return nil
    }

    private func parts(_ order: Order) -> String? {
        guard order.notional != nil || order.quantity.units % Quantity.scale != 0 else { return nil }
        if market.assets[order.symbol]?.isFractionable != true {
            return "parts of a share of \(order.symbol) are not traded"
        }
        return order.timeInForce == .day ? nil : "parts of a share are traded within the day alone"
    }

    /// What our orders may still sell of what is held.
    private func holdable(_ symbol: Symbol) -> Quantity {
        let selling = live.filter {
            errands[$0].order.symbol == symbol && errands[$0].order.side == .sell && errands[$0].sends > 0
        }
        return selling.reduce(books.holding(of: symbol).ours) { $0 - exit(of: $1) }
    }

    private func hours(_ order: Order) -> String? {
        guard market.knowsHours, !market.isOpen else { return nil }
        switch order.timeInForce {
        case .immediateOrCancel, .fillOrKill:
            return "the market is closed until \(market.nextOpen), and the order cannot wait"
        default: return nil
        }
    }

    /// In a frozen symbol only what makes a position smaller goes through, and no more than the broker has confirmed.
    func freezing(_ order: Order) -> String? {
        guard let difference = frozen(order.symbol), setup.guards.contains(.freeze) else { return nil }
        if !mayOpenAgain(order), order.quantity <= confirmed(for: order) { return nil }
        return
            "\(difference.symbol == Symbol() ? "the account" : "\(order.symbol)") is frozen, for \(difference.kind) "
            + "differs (\(difference.cause))"
    }

    /// What an order may sell, or buy back, by what the broker has said, and what has traded and left since. What it belongs
    /// to, or is to stand in the place of, closes the same shares.
    private func confirmed(for order: Order) -> Quantity {
        let holding = books.holding(of: order.symbol)
        // What was bought since it said so may be what differs: only what was sold counts before it says so again.
        let held =
            order.side == .sell
            ? min(holding.theirs, holding.theirsByNow) : min(-holding.theirs, -holding.theirsByNow)
        let own = places[order.id].map(kin) ?? []
        let leaving = live.filter {
            let other = errands[$0]
            return other.order.symbol == order.symbol && other.order.side == order.side && other.sends > 0
                && !own.contains($0)
        }
        return max(.zero, leaving.reduce(held) { $0 - exit(of: $1) })
    }

    /// What of an order that is too large for a frozen symbol may leave all the same, where its rest can wait.
    func confirmedPart(of order: Order) -> Order? {
        var part = shaped(order)
        guard part.notional == nil, part.orderClass == .simple else { return nil }
        part.quantity = min(part.quantity, confirmed(for: order))
        if market.assets[order.symbol]?.isFractionable != true {
            part.quantity = Quantity(units: part.quantity.units / Quantity.scale * Quantity.scale)
        }
        return part.quantity.isPositive ? part : nil
    }

    private func means(_ order: Order) -> String? {
        let holding = books.holding(of: order.symbol)
        let opens = order.side == .buy ? !holding.ours.isNegative : !holding.ours.isPositive
        guard opens, books.funds.buyingPower != .zero || books.funds.equity != .zero else { return nil }
        let price = order.limit ?? order.stop ?? market.price(of: order.symbol)
        guard let price, let worth = order.notional ?? Money.worth(of: order.quantity, at: price) else {
            return nil
        }
        guard worth > books.funds.buyingPower else { return nil }
        return "\(worth) is beyond the buying power of \(books.funds.buyingPower)"
    }

    // MARK: What the broker says of symbols

    /// Asks about one symbol after the other, before anything is ordered.
    func learnAssets(_ outbox: inout Outbox) {
        guard !calls.contains(where: { $0.kind == .asset }), look == nil, clock >= market.askAssetsAt,
            let place = setup.symbols.indices.first(where: { market.awaits(setup.symbols[$0]) })
        else { return }
        call(.asset, place, &outbox)
    }

    func answerAsset(_ place: Int, _ news: BrokerNews) {
        let symbol = setup.symbols[place]
        switch news.kind {
        case .answered:
            market.assets[symbol] = news.asset
            market.asked.append(symbol)
            market.assetFailures = 0
        case .notFound, .refused:
            market.assets[symbol] = nil
            market.asked.append(symbol)
            market.assetFailures = 0
        default:
            // Nobody answered: to ask again at once would be to ask without a pause for as long as nobody does.
            market.askAssetsAt = clock + setup.wait(after: market.assetFailures)
            market.assetFailures += 1
        }
    }
}
