import Configuration
import Glibc

/// What people want of the mesh, as they last said. The command line writes it, the supervisor obeys it, and it
/// outlives both.
public struct WantedState: Equatable, Sendable {
    public struct Service: Equatable, Sendable {
        /// Whether it shall run.
        public var isWanted: Bool
        /// How many, where somebody scaled it; otherwise what the compose file says.
        public var replicas: Int?
        /// Grows each time somebody asks for a restart.
        public var generation = 0

        public init(isWanted: Bool, replicas: Int? = nil) {
            self.isWanted = isWanted
            self.replicas = replicas
        }
    }

    /// The compose file.
    public var file = ""
    /// The settings file that `up` was given, and its `--set`s: they hold for all that is done with the mesh later.
    public var config = ""
    public var overrides: [String] = []
    public var services: [String: Service] = [:]
    /// Nothing shall run any more, the supervisor included.
    public var isDown = false
    /// When what still runs is killed, in nanoseconds since 1970.
    public var killAt: Int64?
    /// Grows with each change, so that whoever changed it sees when it is obeyed.
    public var number = 0

    public init() {}

    static func path(_ folder: String) -> String { "\(folder)/wanted.json" }

    public static func read(_ folder: String) throws -> WantedState {
        var state = WantedState()
        guard let fields = try StateFile.read(path(folder)) else { return state }
        state.file = fields.text("file")
        state.config = fields.text("config")
        state.overrides = fields.texts("set")
        state.isDown = fields.flag("down")
        state.killAt = fields.integer("kill_at").map(Int64.init)
        state.number = fields.integer("number") ?? 0
        guard let services = fields.fields("services") else { return state }
        for name in services.names {
            guard let each = services.fields(name) else { continue }
            var service = Service(isWanted: each.flag("wanted"), replicas: each.integer("replicas"))
            service.generation = each.integer("generation") ?? 0
            state.services[name] = service
        }
        return state
    }

    /// Changes what is wanted, one after the other however many people do.
    public static func change(_ folder: String, _ change: (inout WantedState) throws -> Void) throws
        -> WantedState
    {
        let lock = open("\(folder)/wanted.lock", O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard lock >= 0 else {
            throw Failure("\(folder) cannot be written: \(String(cString: strerror(errno)))")
        }
        defer { close(lock) }
        while flock(lock, LOCK_EX) != 0 && errno == EINTR {}
        var state = try read(folder)
        try change(&state)
        state.number += 1
        try state.write(folder)
        return state
    }

    private func write(_ folder: String) throws {
        var json = JSONWriter()
        json.object { json in
            json.key("number")
            json.integer(number)
            json.key("file")
            json.string(file)
            json.key("config")
            json.string(config)
            json.key("set")
            json.array { json in overrides.forEach { json.string($0) } }
            json.key("down")
            json.flag(isDown)
            if let killAt {
                json.key("kill_at")
                json.integer(killAt)
            }
            json.key("services")
            json.object { json in
                for (name, service) in services.sorted(by: { $0.key < $1.key }) {
                    json.key(name)
                    json.object { json in
                        json.key("wanted")
                        json.flag(service.isWanted)
                        if let replicas = service.replicas {
                            json.key("replicas")
                            json.integer(replicas)
                        }
                        json.key("generation")
                        json.integer(service.generation)
                    }
                }
            }
        }
        try StateFile.write(json, to: WantedState.path(folder))
    }
}
