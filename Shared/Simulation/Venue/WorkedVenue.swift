import Domain
import Execution

/// Accounts at the hostile broker whose orders are worked over time.
extension BrokerSimulation {
    /// A third of the accounts work their orders, in one way or another: a chance of its own leaves all else as it was.
    static func execution(_ seed: UInt64) -> ExecutionSettings? {
        var chance = Chance(seed: seed ^ 0x776f_726b_6564)
        guard chance.below(3) == 1 else { return nil }
        var settings = ExecutionSettings()
        settings.style = chance.pick([.limit, .market])
        settings.offset = chance.pick([.adaptive, .fixed(.basisPoints(5)), .fixed(.basisPoints(-20))])
        settings.slicing = chance.pick([
            .none, .none, .timeWeighted(over: 4 * Nanoseconds.day, slices: 4), .participation(.percent(10)),
        ])
        settings.repricesMax = chance.pick([0, 3])
        settings.retriesMax = chance.pick([0, 3])
        return settings
    }
}

/// Which orders were sent for which approval.
struct ApprovalParts {
    /// The approval by the part.
    private(set) var approvals: [String: String] = [:]
    /// Of what is not a part of anything the approval is itself.
    func approval(of order: String) -> String { approvals[order] ?? order }

    mutating func note(_ order: Order) {
        if !order.parent.isEmpty { approvals[order.id] = order.parent }
    }
}
