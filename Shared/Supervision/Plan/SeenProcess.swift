/// A process as the supervisor sees it, as far as the plan is concerned. Times are nanoseconds of the host's clock.
public struct SeenProcess: Equatable, Sendable {
    public enum Phase: Equatable, Sendable {
        /// It runs, and has not yet said that it is ready.
        case starting
        /// It has said so once.
        case ready
        /// It was asked to end, or made to.
        case stopping(since: Int64, isKilled: Bool)
        /// It ended, and will be started again.
        case waiting(until: Int64)
        /// It ended, and that is all.
        case ended
        /// It ended so often that it is not started again by itself.
        case givenUp
    }

    public var phase: Phase
    /// What it was started as: another definition is another process.
    public var definition: String
    /// How often somebody had asked for a restart when it was started.
    public var generation: Int

    public init(_ phase: Phase, definition: String = "", generation: Int = 0) {
        self.phase = phase
        self.definition = definition
        self.generation = generation
    }

    public var isRunning: Bool {
        switch phase {
        case .starting, .ready, .stopping: true
        case .waiting, .ended, .givenUp: false
        }
    }
}

extension SeenProcess.Phase {
    /// One word for it, as people read it.
    public var word: String {
        switch self {
        case .starting: "starting"
        case .ready: "ready"
        case .stopping: "stopping"
        case .waiting: "waiting"
        case .ended: "ended"
        case .givenUp: "given up"
        }
    }
}
