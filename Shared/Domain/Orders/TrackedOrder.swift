/// An order, where it stands, and what of it has been traded.
///
/// What the house does is checked strictly: an order is approved, submitted or cancelled only where that makes
/// sense. What the venue says is taken as it comes, late, twice or in the wrong order, because it has happened:
/// above all, *a fill is always counted*, in every state, and once.
public struct TrackedOrder: Equatable, Sendable {
    public private(set) var order: Order
    public private(set) var state: OrderState
    public private(set) var fills: OrderFills
    /// The venue's own name of the order, once it is known.
    public private(set) var venueOrderId: String

    public init(_ order: Order) {
        self.init(restoring: order, state: .proposed, fills: OrderFills(), venueOrderId: "")
    }

    /// An order as a snapshot remembers it.
    public init(restoring order: Order, state: OrderState, fills: OrderFills, venueOrderId: String) {
        self.order = order
        self.state = state
        self.fills = fills
        self.venueOrderId = venueOrderId
    }

    public var status: OrderStatus {
        switch state {
        case .proposed: .proposed
        case .approved: .approved
        case .sent(.submitting): .submitting
        case .sent(.working): fills.isEmpty ? .accepted : .partiallyFilled
        case .sent(.unknown): .unknown
        case .cancelling: .cancelling
        case .replacing: .replacing
        case .ended(.filled): .filled
        case .ended(.cancelled): .cancelled
        case .ended(.expired): .expired
        case .ended(.rejected): .rejected
        case .ended(.rejectedByBroker): .rejectedByBroker
        }
    }

    /// What is still to be traded; nothing is, once the order has ended or more was traded than ordered.
    public var remaining: Quantity {
        state.hasEnded ? .zero : max(.zero, order.quantity - fills.quantity)
    }

    /// The order's news for everybody else.
    public func update(reason: String = "") -> OrderUpdate {
        OrderUpdate(
            order: order, status: status, filled: fills.quantity, averagePrice: fills.averagePrice,
            reason: reason)
    }

    /// The venue has the order. What comes with every order has a way of its own: an event is as large as all that can be
    /// in one, and to take it apart costs more than what it says.
    public mutating func accept(venueOrderId id: String = "") throws(OrderError) -> OrderChange.Remark? {
        guard case .sent(.submitting) = state else { return try apply(.accepted(venueOrderId: id)).remark }
        if !id.isEmpty { venueOrderId = id }
        state = .sent(.working)
        return nil
    }

    /// A part of the order was traded; like `accept`.
    public mutating func take(_ fill: Fill) throws(OrderError) -> OrderChange.Remark? { try count(fill) }

    /// The order ends because its money is spent; like `accept`.
    public mutating func spend(because reason: String) throws(OrderError) -> OrderChange.Remark? {
        guard case .sent(.working) = state, order.notional != nil, !fills.isEmpty else {
            return try apply(.spent(reason: reason)).remark
        }
        state = .ended(.filled)
        return nil
    }

    /// Takes what happened. After an error the order is as it was before.
    @discardableResult
    public mutating func apply(_ event: OrderEvent) throws(OrderError) -> OrderChange {
        let before = status
        let remark =
            switch event {
            case .fill(let fill): try count(fill)
            case .approved, .rejected, .submitted, .cancelRequested, .replaceRequested, .lost:
                try act(event)
            default: try hear(event)
            }
        return OrderChange(before: before, after: status, remark: remark)
    }

    /// What the house does.
    private mutating func act(_ event: OrderEvent) throws(OrderError) -> OrderChange.Remark? {
        switch (event, state) {
        case (.approved(let quantity), .proposed):
            guard quantity.isPositive, quantity <= order.quantity else {
                throw OrderError(
                    "Order \(order.id) cannot be approved for \(quantity): above 0 and up to \(order.quantity) "
                        + "would be right.")
            }
            order.quantity = quantity
            state = .approved
        case (.rejected(let reason), .proposed):
            state = .ended(.rejected(reason: reason))
        case (.submitted, .approved):
            state = .sent(.submitting)
        case (.cancelRequested, .proposed), (.cancelRequested, .approved):
            state = .ended(.cancelled(reason: "before it was sent"))
        case (.cancelRequested, .cancelling), (.replaceRequested, .replacing), (.lost, .sent(.unknown)):
            return .repeated
        case (.cancelRequested, .sent(let standing)), (.cancelRequested, .replacing(let standing)):
            state = .cancelling(standing)
        case (.replaceRequested, .sent(.working)):
            state = .replacing(.working)
        case (.lost, .sent), (.lost, .cancelling), (.lost, .replacing):
            state = .sent(.unknown)
        case (.lost, .ended):
            return .overtaken
        default:
            throw impossible(event)
        }
        return nil
    }

    /// What the venue says, but for fills.
    private mutating func hear(_ event: OrderEvent) throws(OrderError) -> OrderChange.Remark? {
        if case .accepted(let id) = event, !id.isEmpty, !isUnsent { venueOrderId = id }
        switch (event, state) {
        case (.expired, .proposed), (.expired, .approved):
            // Nothing need be sent for an order to be too late.
            state = .ended(.expired)
        case (_, .proposed), (_, .approved), (_, .ended(.rejected)):
            throw impossible(event)

        case (.accepted, .sent(.working)):
            return .repeated
        case (.accepted, .sent):
            state = .sent(.working)
        case (.accepted, .cancelling):
            state = .cancelling(.working)
        case (.accepted, .replacing):
            state = .replacing(.working)
        case (.accepted, .ended(.rejectedByBroker)):
            state = .sent(.working)
            return .revived

        case (.cancelled, .ended(.cancelled)), (.expired, .ended(.expired)), (.replaced, .ended(.cancelled)),
            (.spent, .ended(.filled)), (.rejectedByBroker, .ended(.rejectedByBroker)):
            return .repeated
        case (_, .ended):
            return .overtaken

        case (.spent, _) where order.notional != nil && !fills.isEmpty:
            // Whether somebody wanted to cancel it meanwhile or not: there was nothing left to cancel.
            state = .ended(.filled)
        case (.cancelled(let reason), _), (.spent(let reason), _):
            state = .ended(.cancelled(reason: reason))
        case (.replaced(let successor), _):
            state = .ended(.cancelled(reason: "replaced by \(successor)"))
        case (.expired, _):
            state = .ended(.expired)
        case (.rejectedByBroker(let reason), _):
            state = .ended(.rejectedByBroker(reason: reason))

        case (.cancelRejected, .cancelling(let standing)), (.cancelRejected, .replacing(let standing)):
            state = .sent(standing)
        case (.cancelRejected, _):
            return .overtaken

        case (.unknownToVenue, .sent(.working)), (.unknownToVenue, .cancelling(.working)),
            (.unknownToVenue, .replacing(.working)):
            // It had been accepted, so it may have ended unheard: to be asked about once more.
            state = .sent(.unknown)
        case (.unknownToVenue, _):
            state =
                fills.isEmpty
                ? .ended(.rejectedByBroker(reason: "the venue does not know the order"))
                : .ended(.cancelled(reason: "the venue no longer knows the order"))
        default:
            throw impossible(event)
        }
        return nil
    }

    /// Counts a fill, whatever the state: shares that were traded are held, whether they were expected or not.
    private mutating func count(_ fill: Fill) throws(OrderError) -> OrderChange.Remark? {
        let execution = OrderFills.Execution(id: fill.id, quantity: fill.quantity, price: fill.price)
        try check(fill)
        if let known = fills.execution(fill.id) {
            guard known == execution else {
                throw OrderError(
                    "Execution \(fill.id) of order \(order.id) came as \(known.quantity) at \(known.price) and now as "
                        + "\(fill.quantity) at \(fill.price): one execution has one price and quantity.")
            }
            return .repeated
        }
        do {
            try fills.add(execution)
        } catch {
            throw OrderError("Execution \(fill.id) of order \(order.id) cannot be counted: \(error)")
        }

        let before = state
        if fills.quantity >= order.quantity {
            state = .ended(.filled)
        } else {
            switch state {
            case .ended(.filled) where order.notional != nil:
                // It had ended below its bound, and has.
                break
            case .proposed, .approved, .ended(.rejected), .ended(.rejectedByBroker), .ended(.filled):
                // The venue says something else than the house believes: to be asked about.
                state = .sent(.unknown)
            case .sent(.submitting): state = .sent(.working)
            case .cancelling(.submitting): state = .cancelling(.working)
            case .replacing(.submitting): state = .replacing(.working)
            case .sent, .cancelling, .replacing, .ended: break
            }
        }

        if fills.quantity > order.quantity { return .overfilled(by: fills.quantity - order.quantity) }
        switch before {
        case .ended: return .fillAfterEnd
        case .proposed, .approved, .sent(.submitting), .cancelling(.submitting), .replacing(.submitting):
            return .fillBeforeAcceptance
        case .sent, .cancelling, .replacing: return nil
        }
    }

    // Mutating, though it changes nothing: what only looks at an order is given a copy of it.
    private mutating func check(_ fill: Fill) throws(OrderError) {
        let complaint: String? =
            if fill.orderName != order.name {
                "belongs to order \(fill.orderId)"
            } else if fill.symbol != order.symbol || fill.side != order.side {
                "is a \(fill.side) of \(fill.symbol), where the order is a \(order.side) of \(order.symbol)"
            } else if fill.id.isEmpty {
                "has no id, by which a repeat would be known"
            } else if !fill.quantity.isPositive {
                "has the quantity \(fill.quantity), which is not above 0"
            } else {
                nil
            }
        if let complaint {
            throw OrderError("Execution \"\(fill.id)\" given to order \(order.id) \(complaint).")
        }
    }

    private var isUnsent: Bool {
        switch state {
        case .proposed, .approved, .ended(.rejected): true
        case .sent, .cancelling, .replacing, .ended: false
        }
    }

    private func impossible(_ event: OrderEvent) -> OrderError {
        OrderError("Order \(order.id) cannot be \(event.name) while it is \(status).")
    }
}
