import Domain
import Wire

/// Gives commands to services by the relay, and waits until each says that it is on its disk.
public final class CommandSender {
    private let context: SocketContext
    private let heard: Socket
    private let said: Socket
    private let codec = Codec()
    private let person: String
    private var poller = Poller()

    /// What became of a command at a service.
    public enum Outcome: Sendable, Equatable {
        /// Who took it, and how long that was after it was given.
        case taken(by: String, after: Int64)
        case refused(String)
        /// Nobody answered in time.
        case silent
    }

    /// How soon a command is said again: whoever has just connected may not be heard at first.
    private static let repeatEvery: Int64 = 20_000_000

    public init(_ mesh: MeshSettings, as person: String) throws {
        self.person = person
        context = try SocketContext()
        let keyring = mesh.isEncrypted ? try Keyring(folder: mesh.keysFolder, instance: "watcher.1") : nil
        heard = try Socket(context, .subscriber)
        said = try Socket(context, .publisher)
        try keyring?.call(heard, "relay")
        try keyring?.call(said, "relay")
        heard.subscribe("control/answer/")
        try heard.connect(mesh.relayOut)
        try said.connect(mesh.relayIn)
        poller.set([heard])
    }

    /// Gives each service its command, signed for it, and waits for all of their answers.
    public func send(_ commands: [(service: String, command: Command)], patience: Int64) -> [String: Outcome]
    {
        var outcomes: [String: Outcome] = [:]
        let began = System.now
        var saidAt = Timestamp.zero
        while outcomes.count < commands.count, System.now < began.adding(patience), !Stop.isAsked {
            if System.now.nanoseconds - saidAt.nanoseconds >= CommandSender.repeatEvery {
                saidAt = System.now
                for (service, command) in commands where outcomes[service] == nil {
                    say(command, to: service)
                }
            }
            context.followNames()
            poller.wait(5)
            while let frames = heard.receive() {
                guard let message = try? codec.decode(frames.envelope),
                    case .answer(let answer) = message.body,
                    message.topic == .answer(from: message.sender, to: person),
                    let place = commands.firstIndex(where: {
                        $0.command.id == answer.id && message.sender.hasPrefix($0.service + ".")
                    })
                else { continue }
                let (service, command) = commands[place]
                outcomes[service] =
                    answer.error.isEmpty
                    ? .taken(
                        by: message.sender, after: System.now.nanoseconds - command.at.nanoseconds)
                    : .refused(answer.error)
            }
        }
        for (service, _) in commands where outcomes[service] == nil { outcomes[service] = .silent }
        return outcomes
    }

    private func say(_ command: Command, to service: String) {
        let topic = Topic.command(to: service, from: person)
        let message = Message(
            topic: topic, number: 1, epoch: UInt64(command.at.nanoseconds), sentAt: command.at,
            sender: person,
            body: .command(command))
        codec.encode(message).withUnsafeBytes { envelope in
            var text = topic.text
            text.withUTF8 { _ = said.send(UnsafeRawBufferPointer($0), envelope) }
        }
    }
}
