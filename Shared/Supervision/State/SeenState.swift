import Configuration
import Domain

/// What the supervisor sees, as it wrote it down last: for people who look, and for its successor.
public struct SeenState: Sendable {
    public struct Process: Sendable {
        public var name: ProcessName
        public var phase: SeenProcess.Phase
        public var identity: ProcessIdentity?
        public var startedAt: Timestamp
        public var definition = ""
        public var generation = 0
        /// How often it was started again since somebody started the mesh.
        public var restarts = 0
        /// How many ends in a row there have been.
        public var row = 0
        public var isAdopted = false
        public var log = ""
        public var lastExit: ProcessExit?

        public init(_ name: ProcessName, _ phase: SeenProcess.Phase, startedAt: Timestamp) {
            self.name = name
            self.phase = phase
            self.startedAt = startedAt
        }
    }

    /// An end of a process.
    public struct Exit: Sendable {
        public var name: ProcessName
        public var exit: ProcessExit
    }

    /// The supervisor that wrote it.
    public var supervisor: ProcessIdentity?
    /// How far it has obeyed what is wanted.
    public var obeyed = 0
    /// What keeps it from obeying, in a sentence.
    public var problem = ""
    /// The settings and the program that it works with, in one word.
    public var settings = ""
    public var processes: [Process] = []
    /// The latest ends of processes, the last one last.
    public var exits: [Exit] = []
    public static let exitsMax = 50

    public init() {}

    static func path(_ folder: String) -> String { "\(folder)/seen.json" }

    /// What was written down last; nothing if there is nothing.
    public static func read(_ folder: String) throws -> SeenState? {
        guard let fields = try StateFile.read(path(folder)) else { return nil }
        var state = SeenState()
        state.supervisor = fields.fields("supervisor").flatMap(ProcessIdentity.init)
        state.obeyed = fields.integer("obeyed") ?? 0
        state.problem = fields.text("problem")
        state.settings = fields.text("settings")
        state.processes = fields.list("processes").compactMap(Process.init)
        state.exits = fields.list("exits").compactMap { each in
            guard let name = ProcessName(each.text("name")), let exit = ProcessExit(each) else { return nil }
            return Exit(name: name, exit: exit)
        }
        return state
    }

    func write(_ folder: String) throws {
        var json = JSONWriter()
        json.object { json in
            if let supervisor {
                json.key("supervisor")
                json.object { supervisor.write(to: &$0) }
            }
            json.key("obeyed")
            json.integer(obeyed)
            json.key("problem")
            json.string(problem)
            json.key("settings")
            json.string(settings)
            json.key("processes")
            json.array { json in for process in processes { json.object { process.write(to: &$0) } } }
            json.key("exits")
            json.array { json in
                for each in exits {
                    json.object { json in
                        json.key("name")
                        json.string("\(each.name)")
                        each.exit.write(to: &json)
                    }
                }
            }
        }
        try StateFile.write(json, to: SeenState.path(folder))
    }
}

extension SeenState.Process {
    init?(_ fields: StateFields) {
        guard let name = ProcessName(fields.text("name")) else { return nil }
        let until = Int64(fields.integer("until") ?? 0)
        let phase: SeenProcess.Phase
        switch fields.text("phase") {
        case "starting": phase = .starting
        case "ready": phase = .ready
        case "stopping": phase = .stopping(since: until, isKilled: fields.flag("killed"))
        case "waiting": phase = .waiting(until: until)
        case "ended": phase = .ended
        case "given up": phase = .givenUp
        default: return nil
        }
        self.init(name, phase, startedAt: Timestamp(nanoseconds: Int64(fields.integer("started_at") ?? 0)))
        identity = ProcessIdentity(fields)
        definition = fields.text("definition")
        generation = fields.integer("generation") ?? 0
        restarts = fields.integer("restarts") ?? 0
        row = fields.integer("row") ?? 0
        isAdopted = fields.flag("adopted")
        log = fields.text("log")
        lastExit = fields.fields("last_exit").flatMap(ProcessExit.init)
    }

    func write(to json: inout JSONWriter) {
        json.key("name")
        json.string("\(name)")
        json.key("phase")
        json.string(phase.word)
        switch phase {
        case .stopping(let since, let isKilled):
            json.key("until")
            json.integer(since)
            json.key("killed")
            json.flag(isKilled)
        case .waiting(let until):
            json.key("until")
            json.integer(until)
        default: break
        }
        identity?.write(to: &json)
        json.key("started_at")
        json.integer(startedAt.nanoseconds)
        json.key("definition")
        json.string(definition)
        json.key("generation")
        json.integer(generation)
        json.key("restarts")
        json.integer(restarts)
        json.key("row")
        json.integer(row)
        json.key("adopted")
        json.flag(isAdopted)
        json.key("log")
        json.string(log)
        if let lastExit {
            json.key("last_exit")
            json.object { lastExit.write(to: &$0) }
        }
    }
}

extension ProcessExit {
    init?(_ fields: StateFields) {
        let reason: Reason
        if let code = fields.integer("code") {
            reason = .code(code)
        } else if let signal = fields.integer("signal") {
            reason = .signal(signal)
        } else {
            reason = .unknown
        }
        guard let at = fields.integer("at") else { return nil }
        self.init(
            reason, at: Timestamp(nanoseconds: Int64(at)), ranFor: Int64(fields.integer("ran_for") ?? 0),
            lastLine: fields.text("last_line"), isAsked: fields.flag("asked"))
    }

    /// The fields of an object that tells of this end.
    public func write(to json: inout JSONWriter) {
        switch reason {
        case .code(let code):
            json.key("code")
            json.integer(code)
        case .signal(let signal):
            json.key("signal")
            json.integer(signal)
        case .unknown: break
        }
        json.key("at")
        json.integer(at.nanoseconds)
        json.key("ran_for")
        json.integer(ranFor)
        json.key("asked")
        json.flag(isAsked)
        json.key("last_line")
        json.string(lastLine)
    }
}
