import Domain
import Wire

/// Asks the historian of a mesh for bars, page by page, through the relay alone. A question is asked again under the same
/// id until it is answered.
public final class HistoryClient {
    /// Why there are no bars.
    public struct Fault: Error, CustomStringConvertible {
        public let description: String
    }

    private let context: SocketContext
    private let heard: Socket
    private let said: Socket
    private let codec = Codec()
    private let instance: String
    private let patience: Int64
    private let startedAt = System.now
    private var count: UInt64 = 0
    private var poller = Poller()
    /// How many parts the historian has; known from its first beat.
    private var parts: Int?

    private static let retry = 300 * Nanoseconds.millisecond

    public init(_ mesh: MeshSettings, as instance: String, patience: Int64) throws {
        self.instance = instance
        self.patience = patience
        context = try SocketContext()
        let keyring = mesh.isEncrypted ? try Keyring(folder: mesh.keysFolder, instance: instance) : nil
        heard = try Socket(context, .subscriber)
        said = try Socket(context, .publisher)
        try keyring?.call(heard, "relay")
        try keyring?.call(said, "relay")
        heard.subscribe("control/beat/historian.")
        try heard.connect(mesh.relayOut)
        try said.connect(mesh.relayIn)
        poller.set([heard])
    }

    /// The bars that open at `from` or later and before `to`, oldest first, handed over page by page.
    public func bars(
        of symbol: Symbol, span: Int64, from: Timestamp, to: Timestamp, page: UInt64 = 0,
        _ visit: ([Bar]) throws -> Void
    ) throws {
        var history = History(symbol: symbol, span: span, from: from, to: to, limit: page)
        while true {
            let answer = try ask(history)
            try visit(answer.bars)
            guard answer.more, let last = answer.bars.last else { return }
            history.from = last.openedAt + 1
        }
    }

    private func ask(_ history: History) throws -> Answer {
        let until = System.now + patience
        let to = try owner(of: history.symbol, until: until)
        heard.subscribe(Topic.answer(from: to, to: instance).text)
        count += 1
        let ask = Ask(
            id: "\(instance)/\(startedAt.nanoseconds)/\(count)", deadline: until, history: history)
        while System.now < until, !Stop.isAsked {
            say(.ask(ask), on: .ask(to, from: instance))
            let found = listen(until: min(until, System.now + HistoryClient.retry)) { message -> Answer? in
                guard case .answer(let answer) = message.body, answer.id == ask.id else { return nil }
                return answer
            }
            guard let found else { continue }
            if !found.error.isEmpty { throw Fault(description: found.error) }
            return found
        }
        throw Fault(description: "\(to) did not answer within \(patience / Nanoseconds.second) s")
    }

    /// The part of the historian that a symbol belongs to.
    private func owner(of symbol: Symbol, until: Timestamp) throws -> String {
        if parts == nil {
            say(.hello(Hello(service: "watcher")), on: .hello(instance))
            parts = listen(until: until) { message -> Int? in
                guard case .beat(let beat) = message.body, beat.parts > 0 else { return nil }
                return Int(beat.parts)
            }
        }
        guard let parts else {
            throw Fault(
                description: "no historian is heard; `tradewind status` tells what runs in this mesh")
        }
        return "historian.\(Part.number(ofKey: symbol.text.utf8, of: parts))"
    }

    /// The first message that is wanted, or nothing by then.
    private func listen<Found>(until: Timestamp, _ wanted: (Message) -> Found?) -> Found? {
        while !Stop.isAsked {
            while let frames = heard.receive() {
                if let message = try? codec.decode(frames.envelope), let found = wanted(message) {
                    return found
                }
            }
            let left = until - System.now
            guard left > 0 else { return nil }
            context.followNames()
            poller.wait(Int(min(left / Nanoseconds.millisecond + 1, 50)))
        }
        return nil
    }

    private func say(_ body: Body, on topic: Topic) {
        count += 1
        let message = Message(
            topic: topic, number: count, epoch: UInt64(startedAt.nanoseconds), sentAt: System.now,
            sender: instance, body: body)
        codec.encode(message).withUnsafeBytes { envelope in
            var text = topic.text
            text.withUTF8 { _ = said.send(UnsafeRawBufferPointer($0), envelope) }
        }
    }
}
