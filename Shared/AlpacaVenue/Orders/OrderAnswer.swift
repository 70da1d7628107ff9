import Domain

/// An order as it is told to a client.
extension Venue {
    /// With its legs, if they are wanted inside it.
    func document(of number: Int, nested: Bool) -> Document {
        let order = orders[number]
        let named: (Int?) -> Document = { number in number.map { .text(self.orders[$0].id) } ?? .null }
        var members: [(key: String, value: Document)] = [
            ("id", .text(order.id)), ("client_order_id", .text(order.clientId)),
            ("created_at", .moment(order.createdAt)), ("updated_at", .moment(order.updatedAt)),
            ("submitted_at", .moment(order.createdAt)), ("filled_at", .moment(order.filledAt)),
            ("expired_at", .moment(order.expiredAt)), ("canceled_at", .moment(order.canceledAt)),
            ("failed_at", .moment(order.failedAt)), ("replaced_at", .moment(order.replacedAt)),
            ("replaced_by", named(order.replacedBy)), ("replaces", named(order.replaces)),
            ("asset_id", .text(assets[order.symbol].id)), ("symbol", .text(assets[order.symbol].name)),
            ("asset_class", "us_equity"), ("notional", .amount(order.notional)),
            ("qty", .amount(order.quantity)), ("filled_qty", .amount(order.filled)),
            ("filled_avg_price", .amount(order.average)),
            ("order_class", .text(order.orderClass == .simple ? "" : order.orderClass.rawValue)),
            ("order_type", .text(order.type.rawValue)), ("type", .text(order.type.rawValue)),
            ("side", .text(order.side.rawValue)), ("time_in_force", .text(order.time.rawValue)),
            ("limit_price", .amount(order.limit)), ("stop_price", .amount(stop(of: order))),
            ("status", .text(order.status.rawValue)), ("extended_hours", .flag(order.isExtended)),
        ]
        let hasLegs = nested && !order.legs.isEmpty
        members.append(
            ("legs", hasLegs ? .list(order.legs.map { document(of: $0, nested: false) }) : .null))
        members += [
            ("trail_percent", .amount(order.trailPercent)), ("trail_price", .amount(order.trail)),
            ("hwm", .amount(order.extreme)), ("subtag", .null), ("source", .null),
            ("expires_at", .moment(order.expiresAt)),
        ]
        if let group = order.group, let role = order.role {
            members += [("group_id", .text(group)), ("group_role", .text(role.rawValue))]
        }
        return .object(members)
    }

    /// A trailing stop's price follows the market.
    private func stop(of order: VenueOrder) -> Price? {
        guard order.type == .trailingStop, let extreme = order.extreme else { return order.stop }
        let distance =
            order.trail
            ?? order.trailPercent.flatMap { try? extreme.scaled($0.units, over: 100 * Quantity.scale) }
        guard let distance else { return order.stop }
        return order.side == .sell ? max(extreme - distance, Price(units: 1)) : extreme + distance
    }
}
