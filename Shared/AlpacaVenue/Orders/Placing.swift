import Configuration
import Domain
import Exchange

/// How an order comes to the venue: it is read, looked at in the light of the account and the market, written down, and
/// given to the exchange, or held back while the market is closed.
extension Venue {
    func place(_ body: [UInt8], for account: Int) throws(Refusal) -> Document {
        guard let value = try? JSONValue(body), case .object = value else { throw .badBody }
        return try place(try OrderRequest(value), for: account)
    }

    func place(_ request: OrderRequest, for account: Int) throws(Refusal) -> Document {
        try checkMayTrade(account)
        guard let symbol = symbolNumber(request.symbol) else {
            throw .unprocessable("asset \"\(request.symbol)\" not found")
        }
        if let id = request.clientId, clientIds[ClientId(account: account, text: id)] != nil {
            throw .invalid("client_order_id must be unique")
        }
        try check(request, symbol, account)
        let first = write(request, symbol, account)
        let document: Document
        if holdsBack(orders[first]) {
            for number in [first] + orders[first].legs {
                orders[number].become(
                    orders[number].role.map { $0 == .entry } ?? true ? .accepted : .held, at: now)
            }
            waiting.append(first)
            document = self.document(of: first, nested: true)
            say("accepted", of: first)
        } else {
            // A market order can trade before the answer is written: the answer says how it came in.
            document = self.document(of: first, nested: true)
            try send(first)
        }
        return document
    }

    /// An order waits in the venue while its market is closed or halted, but for those that may trade outside the
    /// session, and those for the open, which the exchange keeps until then.
    func holdsBack(_ order: VenueOrder) -> Bool {
        if assets[order.symbol].isHalted { return true }
        if order.isExtended || order.time == .opg || order.time == .cls { return false }
        return !hours.isOpen(at: now)
    }

    /// Gives an order, with what belongs to it, to the exchange. What the exchange refuses at once is as if it had
    /// never been.
    func send(_ first: Int) throws(Refusal) {
        let order = orders[first]
        if let harm = armed(.reject, order) {
            orders[first].become(.rejected, at: now)
            for leg in order.legs { orders[leg].become(.rejected, at: now) }
            say("rejected", of: first, with: [("reason", .text(harm.text ?? "rejected by mischief"))])
            return
        }
        refused = nil
        isPlacing = true
        switch order.orderClass {
        case .simple:
            orders[first].handle = exchange.submit(order.ticket, at: now, &reports)
        case .bracket:
            let handles = exchange.submit(
                bracket: order.ticket, target: orders[order.legs[0]].ticket,
                stop: orders[order.legs[1]].ticket,
                at: now, &reports)
            orders[first].handle = handles.entry
            orders[order.legs[0]].handle = handles.target
            orders[order.legs[1]].handle = handles.stop
        case .oco:
            let handles = exchange.submit(
                oneCancelsOther: order.ticket, orders[order.legs[0]].ticket, at: now, &reports)
            orders[first].handle = handles.0
            orders[order.legs[0]].handle = handles.1
        case .oto:
            let handles = exchange.submit(
                order.ticket, thenTriggers: orders[order.legs[0]].ticket, at: now, &reports)
            orders[first].handle = handles.0
            orders[order.legs[0]].handle = handles.1
        }
        takeReports()
        isPlacing = false
        if let refused {
            self.refused = nil
            throw refused
        }
    }

    /// Writes an order down, and those that belong to it; gives the number of the first.
    private func write(_ request: OrderRequest, _ symbol: Int, _ account: Int) -> Int {
        let time = request.time
        let main = Plan(
            side: request.side, type: request.type, quantity: request.quantity, notional: request.notional,
            limit: request.limit, stop: request.stop, trail: request.trail,
            trailPercent: request.trailPercent, isExtended: request.isExtended)
        let first = add(main, time, symbol, account, clientId: request.clientId)
        guard request.orderClass != .simple else { return first }
        let group = identity.name(.group, UInt64(first))
        let exit = request.orderClass == .oco ? request.side : request.side.opposite
        var legs: [(plan: Plan, role: GroupRole)] = []
        if request.orderClass != .oco, let target = request.takeProfit {
            legs.append(
                (Plan(side: exit, type: .limit, quantity: request.quantity, limit: target.limit), .takeProfit)
            )
        }
        if let stop = request.stopLoss {
            let type: OrderType = stop.limit == nil ? .stop : .stopLimit
            legs.append(
                (
                    Plan(
                        side: exit, type: type, quantity: request.quantity, limit: stop.limit, stop: stop.stop
                    ),
                    .stopLoss
                ))
        }
        orders[first].orderClass = request.orderClass
        orders[first].group = group
        orders[first].role = request.orderClass == .oco ? .takeProfit : .entry
        for leg in legs {
            let number = add(leg.plan, time, symbol, account, clientId: nil)
            orders[number].orderClass = request.orderClass
            orders[number].group = group
            orders[number].role = leg.role
            orders[number].parent = first
            orders[number].status = .held
            orders[first].legs.append(number)
        }
        return first
    }

    /// One order of those that a request asks for.
    struct Plan {
        var side: OrderSide
        var type: OrderType
        var quantity: Quantity?
        var notional: Money?
        var limit: Price?
        var stop: Price?
        var trail: Price?
        var trailPercent: Quantity?
        var isExtended = false
    }

    func add(_ plan: Plan, _ time: OrderTime, _ symbol: Int, _ account: Int, clientId: String?) -> Int {
        let number = orders.count
        let clientId = clientId ?? identity.name(.clientOrder, UInt64(number))
        var order = VenueOrder(
            number: number, id: identity.name(.order, UInt64(number)), clientId: clientId, account: account,
            symbol: symbol, side: plan.side, type: plan.type, time: time, createdAt: now, updatedAt: now,
            ticket: ticket(plan, time, symbol, account, number))
        order.quantity = plan.quantity
        order.notional = plan.notional
        order.limit = plan.limit
        order.stop = plan.stop
        order.trail = plan.trail
        order.trailPercent = plan.trailPercent
        order.isExtended = plan.isExtended
        order.expiresAt = time == .gtc ? nil : hours.endOfDay(after: now)
        if plan.type == .trailingStop { order.extreme = memory.last(symbol) }
        orders.append(order)
        ordersById[order.id] = number
        clientIds[ClientId(account: account, text: clientId)] = number
        accounts[account].orders.append(number)
        accounts[account].working.append(number)
        return number
    }

    private func ticket(
        _ plan: Plan, _ time: OrderTime, _ symbol: Int, _ account: Int, _ number: Int
    ) -> Ticket {
        let kind: OrderKind
        switch plan.type {
        case .market: kind = .market
        case .limit: kind = .limit
        case .stop: kind = .stop
        case .stopLimit: kind = .stopLimit
        case .trailingStop: kind = .trailingStop
        }
        var quantity = plan.quantity ?? .zero
        if let notional = plan.notional, let last = memory.last(symbol) {
            // A bound that the money meets before it, however the price moves meanwhile.
            quantity = (try? Quantity(for: notional * 4, at: last)) ?? .zero
        }
        return Ticket(
            tag: UInt64(number) + 1, symbol: SymbolIndex(symbol), account: Int32(account),
            side: plan.side.side, kind: kind, timeInForce: time.timeInForce, quantity: quantity,
            limit: plan.limit ?? .zero, stop: plan.stop ?? .zero, trail: plan.trail ?? .zero,
            trailShare: plan.trailPercent.map { Double($0) / 100 } ?? 0, notional: plan.notional ?? .zero)
    }
}
