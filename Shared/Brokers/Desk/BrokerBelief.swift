import Domain

/// What a desk takes to be so at the broker, for whoever holds it against the truth.
package struct BrokerBelief {
    package var isReconciled: Bool
    /// Our own orders' and others' share of each holding together.
    package var held: [Symbol: Quantity]
    package var differences: [BrokerDifference]
    package var hasEndedAll: Bool
}

extension BrokerDesk {
    package var belief: BrokerBelief {
        BrokerBelief(
            isReconciled: isReconciled,
            held: books.holdings.reduce(into: [:]) { $0[$1.symbol] = $1.expected },
            differences: differences, hasEndedAll: live.isEmpty && pending.isEmpty)
    }
}
