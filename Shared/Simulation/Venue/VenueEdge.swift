import Domain
import Mesh

/// The edge of a simulated broker's service: what Alpaca's does, on a line that the world disturbs.
final class VenueEdge: Edge {
    private let carry: (BrokerCall) -> Void
    private let decide: (BrokerCall) -> Void
    private var asked: [BrokerCall] = []
    /// What has come and is not with the desk yet.
    var inbox: [BrokerNews] = []
    var hasBegun = false
    var standing = BrokerCall(kind: .standing)
    var wakeAt = Timestamp.distantFuture

    /// `decide` hears of each call when the desk wants it, `carry` when it leaves.
    init(carry: @escaping (BrokerCall) -> Void, decide: @escaping (BrokerCall) -> Void) {
        self.carry = carry
        self.decide = decide
    }

    var done: UInt64 { 0 }

    func perform(_ command: Message, because cause: Message, number: UInt64) {
        // What a recovery hands over was asked for by a life before this one.
        guard hasBegun, case .brokerCall(let call) = command.body else { return }
        switch call.kind {
        case .wake: wakeAt = call.at
        case .standing: standing = call
        default:
            decide(call)
            asked.append(call)
        }
    }

    func settle() -> Bool {
        let calls = asked
        asked = []
        calls.forEach(carry)
        return true
    }

    func answer(_ ask: Ask) -> Answer? { nil }
}
