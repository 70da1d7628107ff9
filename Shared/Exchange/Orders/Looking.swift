import Domain

/// The exchange's look at an order that arrives: what is wrong with it, or what it is going to do.
extension Exchange {
    /// Finds out what kind of order it is and how long it stands; a reason where it cannot be taken.
    mutating func look(_ slot: Int32, at moment: Timestamp) -> Reason {
        orders[slot].arrives = moment
        let ticket = orders[slot].ticket
        guard ticket.symbol.number >= 0, ticket.symbol.number < books.count else { return .unknownSymbol }
        guard books[ticket.symbol.number].isTraded else { return .delisted }
        guard ticket.account >= 0, Int(ticket.account) < accounts.count else { return .unknownAccount }
        guard ticket.quantity.isPositive, !ticket.notional.isNegative else { return .badQuantity }
        if let reason = setMode(slot, ticket) { return reason }
        guard hasPrices(slot, ticket) else { return .badPrice }
        if let reason = setTime(slot, ticket, moment) { return reason }
        if ticket.notional.isPositive,
            orders[slot].hasLimit || orders[slot].allOrNothing
                || orders[slot].mode != .market && orders[slot].mode != .onOpen
                    && orders[slot].mode != .onClose
        {
            return .badCombination
        }
        if misbehaves, let mischief = rules.mischief, chance.happens(mischief.reject) { return .mischief }
        return orders[slot].parent < 0 && ticket.tag != Ticket.liquidation ? refusalByAccount(slot) : .none
    }

    private mutating func setMode(_ slot: Int32, _ ticket: Ticket) -> Reason? {
        var mode: WorkingOrder.Mode
        switch ticket.kind {
        case .market, .limit: mode = ticket.kind == .market ? .market : .limit
        case .stop: mode = .stop
        case .stopLimit: mode = .stopLimit
        case .trailingStop: mode = .trailing
        case .marketOnOpen, .limitOnOpen: mode = .onOpen
        case .marketOnClose, .limitOnClose: mode = .onClose
        }
        switch ticket.timeInForce {
        case .day, .goodTillCancelled, .goodTillDate: break
        case .immediateOrCancel, .fillOrKill:
            guard mode == .market || mode == .limit else { return .badCombination }
            orders[slot].atOnce = true
            orders[slot].allOrNothing = ticket.timeInForce == .fillOrKill
        case .onOpen, .onClose:
            let auction: WorkingOrder.Mode = ticket.timeInForce == .onOpen ? .onOpen : .onClose
            guard mode == .market || mode == .limit || mode == auction else { return .badCombination }
            mode = auction
        }
        orders[slot].mode = mode
        switch ticket.kind {
        case .limit, .stopLimit, .limitOnOpen, .limitOnClose: orders[slot].hasLimit = true
        case .market, .stop, .trailingStop, .marketOnOpen, .marketOnClose: orders[slot].hasLimit = false
        }
        return nil
    }

    private mutating func hasPrices(_ slot: Int32, _ ticket: Ticket) -> Bool {
        if orders[slot].hasLimit, !ticket.limit.isPositive { return false }
        switch orders[slot].mode {
        case .stop, .stopLimit:
            orders[slot].trigger = ticket.stop
            return ticket.stop.isPositive
        case .trailing:
            guard !ticket.stop.isNegative, !ticket.trail.isNegative else { return false }
            if ticket.trail.isPositive { return true }
            guard ticket.trailShare > 0, ticket.trailShare < 1 else { return false }
            orders[slot].trailRate = Rate(ticket.trailShare)
            return true
        case .market, .limit, .onOpen, .onClose: return true
        }
    }

    private mutating func setTime(_ slot: Int32, _ ticket: Ticket, _ moment: Timestamp) -> Reason? {
        switch orders[slot].mode {
        case .onOpen:
            guard let day = clock.opening(after: moment) else { return .afterCutOff }
            orders[slot].auction = day.open
            orders[slot].expires = day.close
            return nil
        case .onClose:
            guard let day = clock.closing(after: moment) else { return .afterCutOff }
            orders[slot].auction = day.close
            orders[slot].expires = day.close
            return nil
        case .market, .limit, .stop, .stopLimit, .trailing: break
        }
        switch ticket.timeInForce {
        case .goodTillCancelled: orders[slot].expires = .distantFuture
        case .goodTillDate:
            guard ticket.validUntil > moment else { return .badTime }
            orders[slot].expires = ticket.validUntil
        case .day, .immediateOrCancel, .fillOrKill, .onOpen, .onClose:
            orders[slot].expires = clock.day(closingAfter: moment).close
        }
        return nil
    }
}
