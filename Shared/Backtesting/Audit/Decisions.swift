import Domain

/// What a run decided, in order: every order with its reason, when it was proposed.
struct Decisions {
    struct Decision: Equatable {
        var at: Timestamp
        var order: Order
        var reason: String
    }

    let items: [Decision]

    init(_ record: BacktestRecord) {
        items = zip(zip(record.proposedAt, record.orders), record.reasons).map { proposal, reason in
            Decision(at: proposal.0, order: proposal.1.order, reason: reason)
        }
    }

    func until(_ moment: Timestamp) -> ArraySlice<Decision> { items.prefix { $0.at <= moment } }

    /// The first decision in which two differ, up to a moment.
    static func difference(_ whole: Decisions, _ other: Decisions, until moment: Timestamp) -> String? {
        let (mine, theirs) = (whole.until(moment), other.until(moment))
        for (one, another) in zip(mine, theirs) where one != another {
            return
                "on \(min(one.at, another.at)): \(text(one)) with the whole data, \(text(another)) without what came later"
        }
        guard mine.count != theirs.count else { return nil }
        let isMissing = mine.count > theirs.count
        let extra = isMissing ? mine[mine.startIndex + theirs.count] : theirs[theirs.startIndex + mine.count]
        return
            "on \(extra.at): \(text(extra)) only \(isMissing ? "with the whole data" : "without what came later")"
    }

    private static func text(_ decision: Decision) -> String {
        let order = decision.order
        let size = order.notional.map { "for \($0)" } ?? "\(order.quantity)"
        return "\(order.side) \(order.symbol) \(size)"
    }
}
