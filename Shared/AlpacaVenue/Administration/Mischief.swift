import Configuration
import Domain

/// Harm that waits for its occasion: it is done to the next orders, updates or requests that it fits, so many times.
struct ArmedMischief {
    enum Kind: String, CaseIterable {
        /// An order is taken, and then rejected.
        case reject
        /// A request is answered with an error, and not looked at.
        case error
        /// A request is obeyed, and the connection is closed in the place of an answer.
        case lostAnswer = "lost_answer"
        /// A request's answer is held back.
        case slowAnswer = "slow_answer"
        /// An update of an order comes late, never, or twice.
        case lateUpdate = "late_update"
        case missingUpdate = "missing_update"
        case doubleUpdate = "double_update"
        /// An order trades after its cancellation was confirmed.
        case fillAfterCancel = "fill_after_cancel"

        /// What may be said of it, beside account and count.
        var fields: [String] {
            switch self {
            case .reject: ["symbol", "message"]
            case .error: ["method", "path", "status", "message"]
            case .lostAnswer: ["method", "path"]
            case .slowAnswer: ["method", "path", "by"]
            case .lateUpdate: ["symbol", "event", "by"]
            case .missingUpdate, .doubleUpdate: ["symbol", "event"]
            case .fillAfterCancel: ["symbol"]
            }
        }
    }

    /// What the venue tells of orders.
    static let events = [
        "accepted", "canceled", "expired", "fill", "new", "partial_fill", "rejected", "replaced",
    ]

    var kind: Kind
    var count: Int
    var account: Int?
    var symbol: Int?
    /// Of an update.
    var event: String?
    /// Of a request: its method and how its path begins.
    var method: String?
    var path: String?
    var status: Int = 500
    var span: Int64 = Nanoseconds.second
    var text: String?

    var document: Document {
        ["kind": .text(kind.rawValue), "count": .integer(Int64(count))]
    }
}

extension Venue {
    /// Harm waits for its occasion.
    public var isHarmed: Bool { !mischief.isEmpty }

    /// Harm of that kind that fits an order; it is used up by that.
    func armed(_ kind: ArmedMischief.Kind, _ order: VenueOrder, _ event: String? = nil) -> ArmedMischief? {
        guard !mischief.isEmpty else { return nil }
        return take {
            $0.kind == kind && ($0.account ?? order.account) == order.account
                && ($0.symbol ?? order.symbol) == order.symbol && ($0.event == nil || $0.event == event)
        }
    }

    func armed(_ kind: ArmedMischief.Kind, _ request: AlpacaRequest, _ account: Int) -> ArmedMischief? {
        guard !mischief.isEmpty else { return nil }
        return take {
            $0.kind == kind && ($0.account ?? account) == account
                && ($0.method == nil || $0.method == request.method)
                && ($0.path == nil || request.path.hasPrefix($0.path ?? ""))
        }
    }

    private func take(_ fits: (ArmedMischief) -> Bool) -> ArmedMischief? {
        guard let place = mischief.firstIndex(where: fits) else { return nil }
        let found = mischief[place]
        mischief[place].count -= 1
        if mischief[place].count <= 0 { mischief.remove(at: place) }
        return found
    }
}
