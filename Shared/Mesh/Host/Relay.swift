import CZmq
import Domain
import Wire

/// The meeting point of the control lane: what any service says there, every service that subscribed hears. It keeps
/// nothing and knows nothing but who may say what.
public final class Relay {
    private let context: SocketContext
    private let entrance: Socket
    private let exit: Socket
    private let doorkeeper: Doorkeeper?
    private let pulse: Pulse
    private let codec = Codec()
    private let beatInterval: Int64
    private let startedAt = System.now
    private var beatAt = Timestamp.zero
    private var beats: UInt64 = 0
    public private(set) var passed = 0
    public private(set) var refused = 0
    /// Told of each message that was refused: the sender, and the topic.
    public var onRefusal: ((String, String) -> Void)?

    public init(_ mesh: MeshSettings, beatInterval: Int64 = 500_000_000) throws {
        self.beatInterval = beatInterval
        Stop.listen()
        try makeFolders(mesh.folder)
        pulse = try Pulse(of: "relay", in: mesh.folder, every: beatInterval)
        context = try SocketContext()
        entrance = try Socket(context, .relayIn)
        exit = try Socket(context, .relayOut)
        if mesh.isEncrypted {
            let keyring = try Keyring(folder: mesh.keysFolder, instance: "relay")
            doorkeeper = try Doorkeeper(context, keyring)
            try keyring.serve(entrance)
            try keyring.serve(exit)
        } else {
            doorkeeper = nil
        }
        try entrance.bind(mesh.relayBind(mesh.relayIn))
        try exit.bind(mesh.relayBind(mesh.relayOut))
    }

    public func run() {
        doorkeeper?.onRefusal = { [unowned self] in
            refused += 1
            onRefusal?("a key that is not in the keys' folder", "the door")
        }
        var poller = Poller()
        poller.set([entrance, exit] + (doorkeeper.map { [$0.socket] } ?? []))
        while !Stop.isAsked {
            poller.wait(100)
            pass()
            doorkeeper?.answer()
            pulse.beat(.ready, at: System.now)
            if System.now.nanoseconds - beatAt.nanoseconds >= beatInterval { beat(.ready) }
        }
        beat(.stopped)
    }

    /// The relay's own sign of life, like that of any service.
    private func beat(_ state: ServiceState) {
        beatAt = System.now
        beats += 1
        let topic = Topic.beat("relay")
        let figures = [
            Figure(name: "passed", value: Double(passed)), Figure(name: "refused", value: Double(refused)),
        ]
        let message = Message(
            topic: topic, number: beats, epoch: UInt64(startedAt.nanoseconds), sentAt: beatAt,
            sender: "relay",
            body: .beat(Beat(service: "relay", state: state, counters: figures, startedAt: startedAt)))
        codec.encode(message).withUnsafeBytes { envelope in
            var text = topic.text
            text.withUTF8 { _ = exit.send(UnsafeRawBufferPointer($0), envelope) }
        }
    }

    private func pass() {
        // Subscriptions travel against the messages.
        while let subscription = exit.receiveParts() {
            entrance.send(parts: subscription)
            // Whoever has just come need not wait to know that the relay is there.
            beatAt = .zero
        }
        var budget = 1000
        while budget > 0 || entrance.isAmidBundle, let message = entrance.receive() {
            budget -= 1
            if let sender = entrance.senderProven, !Relay.may(sender, write: message.topic) {
                refused += 1
                onRefusal?(sender, String(decoding: message.topic, as: UTF8.self))
                continue
            }
            exit.send(message.topic, message.envelope)
            passed += 1
        }
    }

    /// Whether a topic of the control lane belongs to whom a key pair is for: the owner is its last part, but for
    /// answers. Only the supervisor grants.
    static func may(_ holder: String, write topic: some Collection<UInt8>) -> Bool {
        let parts = String(decoding: topic, as: UTF8.self).split(
            separator: "/", omittingEmptySubsequences: false)
        guard parts.count >= 3, parts[0] == "control" else { return false }
        switch parts[1] {
        case "beat", "hello", "log", "alarm":
            return parts.count == 3 && Keyring.speaks(holder, for: String(parts[2]))
        case "ask", "command": return parts.count == 4 && Keyring.speaks(holder, for: String(parts[3]))
        case "grant":
            return parts.count == 4 && Keyring.speaks(holder, for: String(parts[3]))
                && Keyring.service(of: String(parts[3])) == "supervisor"
        case "answer": return parts.count == 4 && Keyring.speaks(holder, for: String(parts[2]))
        case "job": return Keyring.service(of: holder) == "scheduler"
        default: return false
        }
    }
}
