import Domain
import Wire

/// Hears who is there, through the relay alone: beats, and nothing of what they send each other. It can greet
/// everybody, who then beat at once, and raise an alarm.
public final class Lookout {
    private let context: SocketContext
    private let heard: Socket
    private let said: Socket
    private let codec = Codec()
    private let instance: String
    private let startedAt = System.now
    private var numbers: [Topic: UInt64] = [:]
    private var poller = Poller()
    private var files: [Int32] = []

    public init(_ mesh: MeshSettings, as instance: String) throws {
        self.instance = instance
        context = try SocketContext()
        let keyring = mesh.isEncrypted ? try Keyring(folder: mesh.keysFolder, instance: instance) : nil
        heard = try Socket(context, .subscriber)
        said = try Socket(context, .publisher)
        try keyring?.call(heard, "relay")
        try keyring?.call(said, "relay")
        heard.subscribe("control/beat/")
        try heard.connect(mesh.relayOut)
        try said.connect(mesh.relayIn)
        poller.set([heard])
    }

    /// Waits until a beat comes, one of some files is readable, a signal arrives, or the time is over. Gives the files
    /// that are readable.
    @discardableResult
    public func wait(_ milliseconds: Int, orFor files: [Int32] = []) -> [Int32] {
        if files != self.files {
            self.files = files
            poller.set([heard], files: files)
        }
        // A name may have been found meanwhile, so nobody waits longer than this in one go.
        context.followNames()
        poller.wait(min(milliseconds, 100))
        return files.indices.filter { poller.isReady($0 + 1) }.map { files[$0] }
    }

    /// The beats that have come, each with who sent it.
    public func beats(_ visit: (_ sender: String, Beat) -> Void) {
        while let frames = heard.receive() {
            guard let message = try? codec.decode(frames.envelope), case .beat(let beat) = message.body,
                message.topic == .beat(message.sender)
            else { continue }
            visit(message.sender, beat)
        }
    }

    /// Asks everybody for a beat.
    public func greet() { say(.hello(Hello(service: "supervisor")), on: .hello(instance)) }

    /// Tells everybody something that a person should know.
    public func raise(_ level: AlarmLevel, code: String, _ explanation: String) {
        say(.alarm(Alarm(level: level, code: code, explanation: explanation)), on: .alarm(from: instance))
    }

    private func say(_ body: Body, on topic: Topic) {
        numbers[topic, default: 0] += 1
        let message = Message(
            topic: topic, number: numbers[topic]!, epoch: UInt64(startedAt.nanoseconds), sentAt: System.now,
            sender: instance, body: body)
        codec.encode(message).withUnsafeBytes { envelope in
            var text = topic.text
            text.withUTF8 { _ = said.send(UnsafeRawBufferPointer($0), envelope) }
        }
    }
}
