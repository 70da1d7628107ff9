import Domain

/// Makes orders of approvals, and follows each until it has ended.
public struct Execution: Sendable {
    /// What is to be sent because of what was taken, in order.
    public struct Outbox: Sendable {
        public var requests: [VenueRequest] = []
        /// Orders whose state has changed, by their place in `orders`.
        public var changes: [Int] = []

        public init() {}

        @inlinable public var isEmpty: Bool { requests.isEmpty && changes.isEmpty }

        public mutating func removeAll() {
            requests.removeAll(keepingCapacity: true)
            changes.removeAll(keepingCapacity: true)
        }
    }

    /// Every order of the account, in the order of approval.
    public private(set) var orders: [TrackedOrder] = []
    private var places: [String: Int] = [:]

    public init() {}

    public func place(of orderId: String) -> Int? { places[orderId] }

    /// Sends what risk approved; a rejection is kept, so that it can be explained.
    public mutating func onVerdict(_ verdict: Verdict, _ outbox: inout Outbox) throws(OrderError) {
        // An id names one order: the same verdict again is no other order.
        let place = orders.count
        if let known = places.updateValue(place, forKey: verdict.order.id) {
            places[verdict.order.id] = known
            return
        }
        if verdict.approved {
            guard verdict.order.quantity.isPositive else {
                throw OrderError("Order \(verdict.order.id) was approved for \(verdict.order.quantity).")
            }
            // Approved and submitted in one step: nothing can happen to it in between.
            orders.append(
                TrackedOrder(
                    restoring: verdict.order, state: .sent(.submitting), fills: OrderFills(), venueOrderId: ""
                ))
            outbox.requests.append(VenueRequest(verb: .submit, order: verdict.order))
        } else {
            let failed = verdict.checks.filter { !$0.passed }.map { "\($0.name): \($0.explanation)" }
            var order = TrackedOrder(verdict.order)
            try order.apply(.rejected(reason: failed.joined(separator: "; ")))
            orders.append(order)
        }
        outbox.changes.append(place)
    }

    /// Takes what the venue says of an order, and gives the order's place; nothing where it is none of ours.
    @discardableResult
    public mutating func onReport(_ report: BrokerReport, _ outbox: inout Outbox) throws(OrderError) -> Int? {
        guard let place = places[report.orderId] else { return nil }
        if let event = OrderEvent(report) { try onEvent(event, of: place, &outbox) }
        return place
    }

    /// Takes what happened to the order at a place.
    public mutating func onEvent(
        _ event: OrderEvent, of place: Int, _ outbox: inout Outbox
    ) throws(OrderError) {
        let change = try orders[place].apply(event)
        if change.remark != .repeated { outbox.changes.append(place) }
    }

    /// Changes open orders on the ex-date of a corporate action, as the venue changes its own.
    public mutating func onAction(_ action: CorporateAction) throws(CorporateActionError) {
        guard action.kind == .split || action.kind == .symbolChange else { return }
        for place in orders.indices where orders[place].order.symbol == action.symbol {
            try orders[place].apply(action)
        }
    }
}
