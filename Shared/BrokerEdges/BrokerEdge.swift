import Configuration
import Domain
import Mesh

/// The edge of a broker's desk: hands its calls to the broker, and back what became of each. It decides nothing, and
/// nothing leaves by it that is not on disk in the transcript.
public final class BrokerEdge: Edge, Source {
    private let broker: any Brokerage
    private let folder: StandingFolder
    private let log: (String) -> Void
    /// Calls that are not known to be on disk.
    private var asked: [BrokerCall] = []
    /// What was asked and has not been answered, for the log.
    private var kinds: [UInt64: BrokerCallKind] = [:]
    private var wakeAt = Timestamp.distantFuture
    private var wishesReadAt = Timestamp.zero
    /// What a recovery hands over was asked for by a life before this one: the desk itself asks what became of it.
    private var hasBegun = false
    public private(set) var isReady = false

    public init(_ broker: any Brokerage, folder: StandingFolder, log: @escaping (String) -> Void) {
        self.broker = broker
        self.folder = folder
        self.log = log
    }

    // MARK: What the machine asks

    public var done: UInt64 { 0 }

    public func perform(_ command: Message, because cause: Message, number: UInt64) throws {
        guard hasBegun, case .brokerCall(let call) = command.body else { return }
        switch call.kind {
        case .wake: wakeAt = call.at
        case .standing:
            isReady = call.isReconciled
            folder.write(call, at: broker.now)
        default: asked.append(call)
        }
    }

    public func settle() -> Bool {
        for call in asked { kinds[call.number] = call.kind }
        broker.carry(asked)
        asked.removeAll(keepingCapacity: true)
        return true
    }

    public func answer(_ ask: Ask) -> Answer? { nil }

    public func close() { folder.write(BrokerCall(kind: .standing), at: broker.now, isOver: true) }

    // MARK: What the world says

    public func pump<M: Machine>(_ node: Node<M>, at now: Timestamp) throws -> Pumped {
        guard node.mayOriginate else { return .idle(until: now + BrokerEdge.pause) }
        if !hasBegun {
            hasBegun = true
            try bring(BrokerNews(kind: .began, at: broker.now), to: node, now)
        }
        for news in broker.take(at: broker.now) {
            let asked = kinds.removeValue(forKey: news.call).map { "\($0): " } ?? ""
            if news.kind != .update, news.kind != .answered {
                log("\(asked)\(news.kind) \(news.explanation)")
            }
            try bring(news, to: node, now)
        }
        try readWishes(node, now)
        if wakeAt <= broker.now {
            wakeAt = .distantFuture
            try bring(BrokerNews(kind: .time, at: broker.now), to: node, now)
        }
        let pause = broker.isBusy ? BrokerEdge.pauseWhileAwaiting : BrokerEdge.pause
        return .idle(until: min(now + pause, max(wakeAt, now + 1)))
    }

    /// How long the loop may rest while nothing is under way, and while an answer is.
    private static let pause = 10 * Nanoseconds.millisecond
    private static let pauseWhileAwaiting = 2 * Nanoseconds.millisecond

    private func bring<M: Machine>(_ news: BrokerNews, to node: Node<M>, _ now: Timestamp) throws {
        try node.bring(.brokerNews(news), on: .brokerNews, at: now)
    }

    /// What people want, each in a file of its own that is there until it is in the transcript.
    private func readWishes<M: Machine>(_ node: Node<M>, _ now: Timestamp) throws {
        guard now >= wishesReadAt + 200 * Nanoseconds.millisecond else { return }
        wishesReadAt = now
        for wish in folder.wishes() {
            try node.bring(.command(wish.command), on: .brokerWish, at: now)
            try node.sync()
            folder.remove(wish.name)
        }
    }
}
