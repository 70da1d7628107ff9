import Configuration
import Domain
import Exchange

/// How one order takes the place of another.
extension Venue {
    func replace(_ number: Int, by body: [UInt8]) throws(Refusal) -> Document {
        guard let value = try? JSONValue(body), case .object = value else { throw .badBody }
        let fields = OrderFields(value)
        let old = orders[number]
        guard old.status == .new || old.status == .partiallyFilled || old.status == .held,
            let handle = old.handle
        else { throw .unprocessable("unable to replace order, order is not open") }
        guard old.notional == nil else { throw .unprocessable("notional orders cannot be replaced") }

        let clientId = try fields.text("client_order_id")
        if let clientId, !clientId.isEmpty {
            guard clientId.utf8.count <= 128 else {
                throw .invalid("client_order_id must be no more than 128 characters")
            }
            guard clientIds[ClientId(account: old.account, text: clientId)] == nil else {
                throw .invalid("client_order_id must be unique")
            }
        }
        let time: OrderTime = try fields.word("time_in_force") ?? old.time
        let plan = try plan(of: fields, in: old)
        guard
            plan.quantity != old.quantity || plan.limit != old.limit || plan.stop != old.stop
                || plan.trail != old.trail || plan.trailPercent != old.trailPercent || time != old.time
        else { throw .unprocessable("order parameters are not changed") }

        let new = add(
            rest(of: plan, after: old), time, old.symbol, old.account,
            clientId: clientId.flatMap { $0.isEmpty ? nil : $0 })
        orders[new].orderClass = old.orderClass
        orders[new].group = old.group
        orders[new].role = old.role
        orders[new].replaces = number
        // The exchange counts what the order before it has traded, Alpaca's answer only what is left.
        var ticket = orders[new].ticket
        ticket.quantity = plan.quantity ?? ticket.quantity
        let before = document(of: new, nested: false)
        refused = nil
        isPlacing = true
        orders[new].handle = exchange.replace(handle, with: ticket, at: now, &reports)
        takeReports()
        isPlacing = false
        if let refused {
            self.refused = nil
            throw refused
        }
        return before
    }

    /// What the new order is to be: the old one with what the body names.
    private func plan(of fields: OrderFields, in old: VenueOrder) throws(Refusal) -> Plan {
        var plan = Plan(
            side: old.side, type: old.type, quantity: old.quantity, limit: old.limit, stop: old.stop,
            trail: old.trail, trailPercent: old.trailPercent, isExtended: old.isExtended)
        if let quantity: Quantity = try fields.decimal("qty") {
            guard quantity.isPositive else { throw .invalid("qty must be > 0") }
            guard quantity > old.filled else {
                throw .unprocessable("qty must be greater than filled_qty \(old.filled)")
            }
            if !old.legs.isEmpty || old.parent != nil, quantity != old.quantity {
                throw .unprocessable("qty of a complex order cannot be replaced")
            }
            plan.quantity = quantity
        }
        if let limit: Price = try fields.decimal("limit_price") {
            guard old.type.hasLimit else { throw .unprocessable("order type does not take a limit price") }
            try check("limit_price", limit)
            plan.limit = limit
        }
        if let stop: Price = try fields.decimal("stop_price") {
            guard old.type.hasStop else { throw .unprocessable("order type does not take a stop price") }
            try check("stop_price", stop)
            plan.stop = stop
        }
        if let trail: Quantity = try fields.decimal("trail") {
            guard old.type == .trailingStop, trail.isPositive else {
                throw .unprocessable("only trailing stop orders accept a trail above 0")
            }
            if old.trail != nil {
                guard let price = try? Price(trail.description) else {
                    throw .invalid("invalid trail: \(trail)")
                }
                plan.trail = price
            } else {
                guard trail < Quantity(100) else { throw .invalid("trail_percent must be less than 100") }
                plan.trailPercent = trail
            }
        }
        return plan
    }

    private func check(_ name: String, _ price: Price) throws(Refusal) {
        guard price.isPositive else { throw .invalid("\(name) must be > 0") }
        try OrderRequest.checkIncrement(name, price)
    }

    private func rest(of plan: Plan, after old: VenueOrder) -> Plan {
        var rest = plan
        rest.quantity = plan.quantity.map { $0 - old.filled }
        return rest
    }

    /// The exchange has taken the new order in the place of the old one.
    func tookPlace(_ new: Int, of old: Int, at moment: Timestamp) {
        end(old, .replaced, at: moment)
        orders[old].replacedBy = new
        orders[new].legs = orders[old].legs
        for leg in orders[new].legs { orders[leg].parent = new }
        if let parent = orders[old].parent {
            orders[new].parent = parent
            orders[parent].legs = orders[parent].legs.map { $0 == old ? new : $0 }
        }
        say("replaced", of: old)
    }
}
