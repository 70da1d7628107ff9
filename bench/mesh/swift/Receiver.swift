import Configuration
import Domain
import Mesh

/// The subscriber's machine: checks that every bar comes, in order, and acknowledges them now and then.
struct Receiver: Machine {
    static let snapshotVersion: UInt32 = 1
    private static let acks = Topic("market/bench/acks")
    private let plan: Plan
    private var taken: UInt64 = 0
    private var strays: UInt64 = 0
    /// The next bar of each topic, by what it counts.
    private var nexts = (0..<Plan.topics).map { Plan.base + UInt64($0) }
    private var latencies: [Int64] = []

    init(_ plan: Plan) {
        self.plan = plan
        latencies.reserveCapacity(plan.measuresLatency ? plan.messages : 0)
    }

    var isOver: Bool { taken >= plan.last }

    mutating func receive(_ message: Message, at now: Timestamp, _ outbox: inout Outbox) {
        guard case .bar(let bar) = message.body else { return }
        taken += 1
        let at = Int(bar.trades % UInt64(Plan.topics))
        if bar.trades != nexts[at] { strays += 1 }
        nexts[at] = bar.trades + UInt64(Plan.topics)
        if plan.measuresLatency, taken > UInt64(plan.warmUp) {
            latencies.append(System.now.nanoseconds - message.sentAt.nanoseconds)
        }
        if taken % Plan.ackEvery == 0 || taken == Plan.probe || taken == UInt64(plan.warmUp)
            || taken == plan.last
        {
            let head = TopicHead(topic: message.topic.text, epoch: message.epoch, last: taken)
            outbox.send(.store(Store(stored: head)), on: Receiver.acks)
        }
    }

    func report() throws {
        guard isOver, strays == 0 else { throw Failure("\(taken) bars came, \(strays) of them out of order") }
        guard plan.measuresLatency else { return }
        let sorted = latencies.sorted()
        let p50 = Double(sorted[sorted.count / 2]) / 1e3
        let p99 = Double(sorted[sorted.count - 1 - sorted.count / 100]) / 1e3
        print("{\"p50_us\":\(p50),\"p99_us\":\(p99),\"messages\":\(sorted.count)}")
    }

    func snapshot() -> [UInt8] { [] }
    mutating func restore(_ bytes: [UInt8], version: UInt32) throws(SnapshotMismatch) {}
}
