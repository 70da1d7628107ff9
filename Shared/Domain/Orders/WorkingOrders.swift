/// The orders of an account that are on their way, followed by what the venue says: for whoever has to know when one has
/// ended.
public struct WorkingOrders: Sendable {
    public private(set) var orders: [String: TrackedOrder] = [:]

    public init() {}

    /// An order was approved, and is on its way from now on.
    public mutating func begin(_ order: Order) {
        orders[order.id] = TrackedOrder(
            restoring: order, state: .sent(.submitting), fills: OrderFills(), venueOrderId: "")
    }

    /// Takes what the venue says, and gives the order if it has ended by this.
    public mutating func take(_ report: BrokerReport) -> Order? {
        guard var tracked = orders[report.orderId], let event = OrderEvent(report) else { return nil }
        // What cannot be has no consequence here: execution, whose order it is, tells of it.
        guard (try? tracked.apply(event)) != nil else { return nil }
        guard tracked.state.hasEnded else {
            orders[report.orderId] = tracked
            return nil
        }
        orders[report.orderId] = nil
        return tracked.order
    }

    /// An order is over by another word than the venue's: gives it, where it was on its way.
    public mutating func end(_ id: String) -> Order? { orders.removeValue(forKey: id)?.order }

    /// Shares were split, or have another name: what is on its way changes with them. An order that cannot be changed stays
    /// as it was, and why is told in a sentence.
    public mutating func apply(_ action: CorporateAction) -> [String] {
        var unchanged: [String] = []
        for (id, tracked) in orders.sorted(by: { $0.key < $1.key })
        where tracked.order.symbol == action.symbol {
            var changed = tracked
            do throws(CorporateActionError) {
                try changed.apply(action)
                orders[id] = changed
            } catch {
                unchanged.append("\(error) Order \(id) stays as it was.")
            }
        }
        return unchanged
    }

    public mutating func remember(_ walk: inout SnapshotWalk) throws(SnapshotMismatch) {
        var list = orders.sorted { $0.key < $1.key }.map(\.value)
        try walk.list(&list, blank: TrackedOrder(Order())) { (order, walk) throws(SnapshotMismatch) in
            try walk.tracked(&order)
        }
        guard walk.isReading else { return }
        orders = [:]
        for order in list { orders[order.order.id] = order }
    }
}
