import Configuration
import Domain
import Mesh

/// `tradewind healthy`: whether a service says that it is ready. What a container's healthcheck runs.
enum HealthyCommand {
    static let spec = CommandSpec(
        "healthy", summary: "exit 0 if a service says that it is ready",
        discussion:
            "Listens for its beat. A service that does not beat is not healthy, whatever its process does.",
        options: [
            .option(
                "within", value: "TIME", type: .duration(.milliseconds(1) ... .seconds(3600)),
                default: .duration(.seconds(2)), help: "How long to wait for a ready beat.")
        ],
        arguments: [.argument("SERVICE", help: "a service, or one instance: historian, historian.2")],
        examples: [.init("tradewind healthy relay", "is there anybody?")])

    static func run(_ parsed: Parsed) throws {
        Stop.listen()
        let name = parsed.text("SERVICE")
        let lookout = try Lookout(MeshSettings(Settings.load(for: parsed)), as: "watcher.1")
        let end = System.now.adding(parsed.duration("within"))
        var last: ServiceState?
        while System.now < end, !Stop.isAsked {
            lookout.wait(50)
            lookout.beats { sender, beat in
                if (beat.service == name || sender == name), last != .ready { last = beat.state }
            }
            if last == .ready { return }
        }
        throw Failure(last.map { "\(name) is \($0)" } ?? "\(name) is not heard")
    }
}
