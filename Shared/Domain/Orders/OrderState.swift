/// Where an order stands between its proposal and its end, with what is true only there.
///
/// Whether a working order is accepted or partially filled, its fills say: see `TrackedOrder.status`.
public enum OrderState: Hashable, Sendable {
    /// What is believed of an order at a venue while something else is asked of it.
    public enum Standing: Hashable, Sendable {
        /// Sent, and not answered yet.
        case submitting
        /// The venue has it.
        case working
        /// Sent, and nobody knows what became of it: to be asked about, never to be sent again.
        case unknown
    }

    /// How an order came to its end. Fills that are reported later are counted nevertheless.
    public enum End: Hashable, Sendable {
        case filled
        case cancelled(reason: String)
        case expired
        case rejected(reason: String)
        case rejectedByBroker(reason: String)
    }

    case proposed
    case approved
    case sent(Standing)
    case cancelling(Standing)
    case replacing(Standing)
    case ended(End)

    /// What the venue is believed to have of the order; nothing before it is sent and after its end.
    public var standing: Standing? {
        switch self {
        case .sent(let standing), .cancelling(let standing), .replacing(let standing): standing
        case .proposed, .approved, .ended: nil
        }
    }

    public var hasEnded: Bool {
        if case .ended = self { true } else { false }
    }
}
