import Brokers
import Configuration
import Domain
import HTTP
import Mesh

/// The edge of a broker's desk: carries its calls to Alpaca, and hands back what became of each. It decides nothing, and
/// sends nothing that is not on disk in the transcript.
public final class AlpacaBroker: Edge, Source {
    private let rest: AlpacaRest
    private let transport: any Transport
    private let socket: AlpacaSocket?
    private let folder: StandingFolder
    private let log: (String) -> Void
    private var bucket: TokenBucket
    /// Calls that are not known to be on disk; those that may leave; those that have left.
    private var asked: [BrokerCall] = []
    private var waiting: [BrokerCall] = []
    private var running: [Int: BrokerCall] = [:]
    private var number = 0
    private var wakeAt = Timestamp.distantFuture
    private var wishesReadAt = Timestamp.zero
    /// What a recovery hands over was asked for by a life before this one: the desk itself asks what became of it.
    private var hasBegun = false
    public private(set) var isReady = false

    public init(
        _ rest: AlpacaRest, rate: Rate, folder: StandingFolder, transport: any Transport,
        open: (() -> (any UpdateSocket)?)?, log: @escaping (String) -> Void
    ) {
        self.rest = rest
        self.transport = transport
        self.folder = folder
        self.log = log
        bucket = TokenBucket(rate)
        socket = open.map { AlpacaSocket(rest, $0) }
    }

    // MARK: What the machine asks

    public var done: UInt64 { 0 }

    public func perform(_ command: Message, because cause: Message, number: UInt64) throws {
        guard hasBegun, case .brokerCall(let call) = command.body else { return }
        switch call.kind {
        case .wake: wakeAt = call.at
        case .standing:
            isReady = call.isReconciled
            folder.write(call, at: transport.now)
        default: asked.append(call)
        }
    }

    public func settle() -> Bool {
        waiting += asked
        asked.removeAll(keepingCapacity: true)
        send()
        return true
    }

    public func answer(_ ask: Ask) -> Answer? { nil }

    public func close() { folder.write(BrokerCall(kind: .standing), at: transport.now, isOver: true) }

    /// What acts goes before what asks: a minute's questions must not hold back an order.
    private func send() {
        let now = transport.now
        while let place = waiting.firstIndex(where: { $0.kind.isUrgent }) ?? waiting.indices.first,
            bucket.opening(at: now) <= now
        {
            let call = waiting.remove(at: place)
            bucket.spend(at: now)
            number += 1
            running[number] = call
            transport.begin(rest.request(call), number: number)
        }
    }

    // MARK: What the world says

    public func pump<M: Machine>(_ node: Node<M>, at now: Timestamp) throws -> Pumped {
        guard node.mayOriginate else { return .idle(until: now + AlpacaBroker.pause) }
        if !hasBegun {
            hasBegun = true
            try bring(BrokerNews(kind: .began, at: transport.now), to: node, now)
        }
        for news in socket?.take(at: now) ?? [] {
            if news.kind != .update { log("\(news.kind) \(news.explanation)") }
            try bring(news, to: node, now)
        }
        for ending in transport.wait(until: .zero) {
            guard let call = running.removeValue(forKey: ending.number) else { continue }
            let news = rest.news(of: call, ending.outcome, at: transport.now)
            if news.kind != .answered { log("\(call.kind): \(news.kind) \(news.explanation)") }
            try bring(news, to: node, now)
        }
        try readWishes(node, now)
        if wakeAt <= transport.now {
            wakeAt = .distantFuture
            try bring(BrokerNews(kind: .time, at: transport.now), to: node, now)
        }
        send()
        let pause =
            running.isEmpty && waiting.isEmpty ? AlpacaBroker.pause : AlpacaBroker.pauseWhileAwaiting
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

extension BrokerCallKind {
    fileprivate var isUrgent: Bool { self == .submit || self == .cancel || self == .replace }
}
