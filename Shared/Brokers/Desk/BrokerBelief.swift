import Domain

/// What a desk takes to be so at the broker, for whoever holds it against the truth.
package struct BrokerBelief {
    package var isReconciled: Bool
    /// Our own orders' and others' share of each holding together.
    package var held: [Symbol: Quantity]
    package var differences: [BrokerDifference]
    package var hasEndedAll: Bool
    /// Nothing is under way: what has not ended works.
    package var isAtRest: Bool
    /// What the desk waits for, in words.
    package var awaited: [String]
}

extension BrokerDesk {
    package var belief: BrokerBelief {
        BrokerBelief(
            isReconciled: isReconciled,
            held: books.holdings.reduce(into: [:]) { $0[$1.symbol] = $1.expected },
            differences: differences,
            hasEndedAll: live.isEmpty && pending.allSatisfy { $0.report.kind == .rejected },
            isAtRest: live.allSatisfy { errands[$0].stage == .working && !errands[$0].isCalledOff }
                && pending.allSatisfy { $0.report.kind == .rejected },
            awaited: live.map { "order \(errands[$0].order.id) is \(errands[$0].stage)" }
                + pending.map { "\($0.report.kind) of \($0.report.orderId) is to be told" }
                + (askedThrough == breaks ? [] : ["what is unknown is to be asked for"]))
    }
}
