/// Something that happens to an order: first what the house does, then what the venue says.
public enum OrderEvent: Equatable, Sendable {
    /// Risk's approval, for as much as was proposed or less.
    case approved(Quantity)
    case rejected(reason: String)
    case submitted
    case cancelRequested
    case replaceRequested
    /// No answer came, or the connection was lost.
    case lost

    case accepted(venueOrderId: String)
    case fill(Fill)
    case cancelled(reason: String)
    /// The order ends because its money is spent; its quantity was only a bound.
    case spent(reason: String)
    /// The order ends, and another one stands in its place.
    case replaced(by: String)
    /// The venue refused to cancel or to replace.
    case cancelRejected(reason: String)
    case expired
    case rejectedByBroker(reason: String)
    /// The venue was asked, and knows no such order.
    case unknownToVenue
}

extension OrderEvent {
    /// What a venue's report means for the order it names; nothing where the report is about no single step
    /// (`state`), or says that there was a fill without giving it.
    public init?(_ report: BrokerReport) {
        switch report.kind {
        case .accepted: self = .accepted(venueOrderId: report.venueOrderId)
        case .rejected: self = .rejectedByBroker(reason: report.explanation)
        case .filled:
            guard let fill = report.fill else { return nil }
            self = .fill(fill)
        case .cancelled where report.isSpent: self = .spent(reason: report.explanation)
        case .cancelled: self = .cancelled(reason: report.explanation)
        case .replaced: self = .replaced(by: report.venueOrderId)
        case .expired: self = .expired
        case .cancelRejected: self = .cancelRejected(reason: report.explanation)
        case .unknownOrder: self = .unknownToVenue
        case .state: return nil
        }
    }

    /// The event in words, for an error.
    var name: String {
        switch self {
        case .approved: "approved"
        case .rejected: "rejected"
        case .submitted: "submitted"
        case .cancelRequested: "asked to be cancelled"
        case .replaceRequested: "asked to be replaced"
        case .lost: "lost"
        case .accepted: "accepted by the venue"
        case .fill: "filled"
        case .cancelled: "cancelled by the venue"
        case .spent: "at the end of its money"
        case .replaced: "replaced by the venue"
        case .cancelRejected: "refused a cancellation"
        case .expired: "expired"
        case .rejectedByBroker: "rejected by the venue"
        case .unknownToVenue: "unknown to the venue"
        }
    }
}
