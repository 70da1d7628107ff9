extension SnapshotWalk {
    public mutating func tracked(_ tracked: inout TrackedOrder) throws(SnapshotMismatch) {
        var order = tracked.order
        var state = tracked.state
        var venueOrderId = tracked.venueOrderId
        var executions = tracked.fills.executions
        var quantity = tracked.fills.quantity
        var worth = tracked.fills.worth
        try self.order(&order)
        try self.state(&state)
        try text(&venueOrderId)
        try amount(&quantity)
        try wide(&worth)
        let blank = OrderFills.Execution(id: "", quantity: .zero, price: .zero)
        try list(&executions, blank: blank) { (execution, walk) throws(SnapshotMismatch) in
            var (id, quantity, price) = (execution.id, execution.quantity, execution.price)
            try walk.text(&id)
            try walk.amount(&quantity)
            try walk.amount(&price)
            execution = OrderFills.Execution(id: id, quantity: quantity, price: price)
        }
        tracked = TrackedOrder(
            restoring: order, state: state,
            fills: OrderFills(restoring: executions, quantity: quantity, worth: worth),
            venueOrderId: venueOrderId)
    }

    /// The state as two numbers and a text: which, what of it, and why.
    private mutating func state(_ state: inout OrderState) throws(SnapshotMismatch) {
        func number(_ standing: OrderState.Standing) -> Int {
            switch standing {
            case .submitting: 0
            case .working: 1
            case .unknown: 2
            }
        }
        var (which, part, reason) = (0, 0, "")
        switch state {
        case .proposed: which = 0
        case .approved: which = 1
        case .sent(let standing): (which, part) = (2, number(standing))
        case .cancelling(let standing): (which, part) = (3, number(standing))
        case .replacing(let standing): (which, part) = (4, number(standing))
        case .ended(.filled): (which, part) = (5, 0)
        case .ended(.cancelled(let why)): (which, part, reason) = (5, 1, why)
        case .ended(.expired): (which, part) = (5, 2)
        case .ended(.rejected(let why)): (which, part, reason) = (5, 3, why)
        case .ended(.rejectedByBroker(let why)): (which, part, reason) = (5, 4, why)
        }
        try integer(&which)
        try integer(&part)
        try text(&reason)
        guard isReading else { return }
        let standings: [OrderState.Standing] = [.submitting, .working, .unknown]
        let ends: [OrderState.End] = [
            .filled, .cancelled(reason: reason), .expired, .rejected(reason: reason),
            .rejectedByBroker(reason: reason),
        ]
        switch (which, part) {
        case (0, 0): state = .proposed
        case (1, 0): state = .approved
        case (2, 0..<3): state = .sent(standings[part])
        case (3, 0..<3): state = .cancelling(standings[part])
        case (4, 0..<3): state = .replacing(standings[part])
        case (5, 0..<5): state = .ended(ends[part])
        default: throw SnapshotMismatch("\(which).\(part) is no state of an order")
        }
    }
}
