/// What a compose file says of the services of a mesh, as far as processes are concerned.
public struct ComposeFile: Equatable, Sendable {
    /// In the order of the file.
    public var services: [ComposeService]

    public init(services: [ComposeService]) { self.services = services }

    public subscript(name: String) -> ComposeService? { services.first { $0.name == name } }

    public var names: [String] { services.map(\.name) }
}

/// One service: what is run, how often, and what is done when it ends.
public struct ComposeService: Equatable, Sendable {
    public var name: String
    /// The program, which lies beside the supervisor's own, and its arguments.
    public var command: [String] = []
    public var environment: [String: String] = [:]
    public var dependencies: [Dependency] = []
    public var restart = RestartPolicy.no
    public var replicas = 1
    /// The processors it may run on; all where nothing is said.
    public var processors: [Int]?
    /// In bytes.
    public var memoryMax: Int?
    /// How long it may take to end in good order, in nanoseconds. Ten seconds, as in containers.
    public var stopGrace: Int64 = 10_000_000_000
    /// Without any it is always part of the mesh; otherwise where one of them is asked for.
    public var profiles: [String] = []

    public init(_ name: String) { self.name = name }

    /// A service that has to be there first.
    public struct Dependency: Equatable, Sendable {
        public var service: String
        /// Ready, and not merely started.
        public var isReady: Bool

        public init(_ service: String, isReady: Bool) {
            self.service = service
            self.isReady = isReady
        }
    }

    /// The supervisor is a service of containers, where it grants parts. Among processes it is the one that reads the
    /// file, and starts no other.
    public var isSupervisor: Bool { command.first == "supervisor" }

    /// Whether it belongs to the mesh when these profiles are asked for.
    public func isActive(in active: [String]) -> Bool {
        profiles.isEmpty || profiles.contains { active.contains($0) }
    }
}

/// When a process that ended is started again.
public enum RestartPolicy: Equatable, Sendable, CustomStringConvertible {
    case no
    case always
    /// After a failure, so many times in a row; without limit where there is none.
    case onFailure(max: Int?)
    /// Always, but not by a new supervisor if somebody stopped it.
    case unlessStopped

    public var description: String {
        switch self {
        case .no: "no"
        case .always: "always"
        case .onFailure(let max): max.map { "on-failure:\($0)" } ?? "on-failure"
        case .unlessStopped: "unless-stopped"
        }
    }
}
