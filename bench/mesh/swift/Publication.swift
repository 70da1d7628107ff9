import Configuration
import Domain
import Mesh

/// The publisher's machine: it notes how far the subscriber is.
struct Tally: Machine {
    static let snapshotVersion: UInt32 = 1
    private(set) var acknowledged: UInt64 = 0

    mutating func receive(_ message: Message, at now: Timestamp, _ outbox: inout Outbox) {
        if case .store(let store) = message.body { acknowledged = store.stored.last }
    }

    func snapshot() -> [UInt8] { [] }
    mutating func restore(_ bytes: [UInt8], version: UInt32) throws(SnapshotMismatch) {}
}

/// Sends the bars of a plan: the warm-up, and when that has arrived, what is measured.
final class Publication: Source {
    private let plan: Plan
    /// The bars of one instant, one of each topic: the feed's batch.
    private var items: [(topic: Topic, body: Body)] = []
    private var bars: [Bar] = []
    private var sent: UInt64 = 0
    private var startedAt: Timestamp?
    private var nextAt = Timestamp.zero
    private(set) var perSecond: Double?
    /// How long the publisher was busy with each message, where they come one by one.
    private var publishing: [Int64] = []
    private var hasWord = false
    private(set) var isOver = false

    init(_ plan: Plan) {
        self.plan = plan
        for index in 0..<Plan.topics {
            let (topic, bar) = Bars.bar(index)
            bars.append(bar)
            items.append((topic, .bar(bar)))
        }
    }

    func pump<M: Machine>(_ node: Node<M>, at now: Timestamp) throws -> Pumped {
        guard let tally = node.machine as? Tally else { return .over }
        let acknowledged = tally.acknowledged
        if startedAt == nil, acknowledged >= UInt64(plan.warmUp) { startedAt = System.now }
        if acknowledged >= plan.last { return finish() }
        let until = acknowledged == 0 ? Plan.probe : startedAt == nil ? UInt64(plan.warmUp) : plan.last
        if plan.measuresLatency && startedAt != nil {
            guard try mayMeasure() else { return .idle(until: now.adding(10_000_000)) }
            return try pace(node, until)
        }
        var budget = Plan.burst
        while sent < until, sent &- acknowledged < Plan.window, node.mayOriginate {
            guard budget > 0 else { return .busy }
            budget -= Plan.topics
            try publishInstant(node)
        }
        return .idle(until: .zero)
    }

    /// Where the run is prepared from outside after the warm-up, it says that it is warm and waits for the word.
    private func mayMeasure() throws -> Bool {
        guard plan.waitsForWord, !hasWord else { return true }
        let place = try FileDisk(plan.folder, readOnly: true)
        let names = try place.names()
        if !names.contains("warm") { try place.replace("warm", with: []) }
        hasWord = names.contains("go")
        return hasWord
    }

    /// One message a millisecond, in a batch of its own.
    private func pace<M: Machine>(_ node: Node<M>, _ until: UInt64) throws -> Pumped {
        if sent < until, System.now >= nextAt {
            let began = System.now
            try publish(node)
            try node.flush()
            publishing.append(System.now.nanoseconds - began.nanoseconds)
            nextAt = Timestamp(nanoseconds: System.now.nanoseconds + 1_000_000)
        }
        return .idle(until: nextAt)
    }

    private func publish<M: Machine>(_ node: Node<M>) throws {
        let at = Int(sent % UInt64(Plan.topics))
        bars[at].trades = Plan.base + sent
        sent += 1
        try node.originate([(topic: items[at].topic, body: .bar(bars[at]))], at: System.now)
    }

    private func publishInstant<M: Machine>(_ node: Node<M>) throws {
        for at in bars.indices {
            bars[at].trades = Plan.base + sent + UInt64(at)
            items[at].body = .bar(bars[at])
        }
        sent += UInt64(Plan.topics)
        try node.originate(items, at: System.now)
    }

    func reportPublishing() throws {
        let sorted = publishing.sorted()
        guard !sorted.isEmpty else { throw Failure("nothing was published one by one") }
        let p50 = Double(sorted[sorted.count / 2]) / 1e3
        let p99 = Double(sorted[sorted.count - 1 - sorted.count / 100]) / 1e3
        print("{\"publish_p50_us\":\(p50),\"publish_p99_us\":\(p99),\"messages\":\(sorted.count)}")
    }

    private func finish() -> Pumped {
        isOver = true
        if let startedAt, !plan.measuresLatency {
            let seconds = Double(System.now.nanoseconds - startedAt.nanoseconds) / 1e9
            perSecond = Double(plan.messages) / seconds
        }
        return .over
    }
}

enum Bars {
    /// A bar of one of the bench's topics; the count of its trades says which in the row it is.
    static func bar(_ index: Int) -> (topic: Topic, bar: Bar) {
        let digits = String(index)
        let symbol = Symbol("S" + String(repeating: "0", count: 3 - digits.count) + digits) ?? Symbol()
        let bar = Bar(
            symbol: symbol, span: 60_000_000_000, openedAt: Timestamp(nanoseconds: 1_704_205_800_000_000_000),
            open: Price(units: 187_250_000), high: Price(units: 187_400_000), low: Price(units: 187_100_000),
            close: Price(units: 187_300_000), volume: Volume(units: 1_234_000))
        return (Topic.bar("1m", symbol), bar)
    }
}
