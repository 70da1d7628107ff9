/// What shall run, and from it and from what is seen, what to do next. A value: it starts nothing itself.
public struct Plan: Equatable, Sendable {
    /// A service as it shall be.
    public struct Service: Equatable, Sendable {
        public var dependencies: [ComposeService.Dependency]
        /// None where it shall not run.
        public var replicas: Int
        public var definition: String
        public var generation: Int
        /// How long it may take to end, in nanoseconds.
        public var stopGrace: Int64

        public init(
            dependencies: [ComposeService.Dependency] = [], replicas: Int = 1, definition: String = "",
            generation: Int = 0, stopGrace: Int64 = 10_000_000_000
        ) {
            self.dependencies = dependencies
            self.replicas = replicas
            self.definition = definition
            self.generation = generation
            self.stopGrace = stopGrace
        }
    }

    public enum Step: Equatable, Sendable {
        case start(ProcessName)
        /// Ask it to end in good order.
        case stop(ProcessName)
        /// It did not.
        case kill(ProcessName)
        /// It does not run, and nobody wants it to.
        case forget(ProcessName)
    }

    public var services: [String: Service]
    /// When whatever should not run any more is killed, however long it may take by itself.
    public var killAt: Int64?

    public init(_ services: [String: Service], killAt: Int64? = nil) {
        self.services = services
        self.killAt = killAt
    }

    /// What to do now, and when there is something to do even if nothing happens.
    public func next(_ seen: [ProcessName: SeenProcess], at now: Int64) -> (steps: [Step], wakeAt: Int64?) {
        var steps: [Step] = []
        var wakes: [Int64] = []
        for (name, process) in seen.sorted(by: { $0.key < $1.key }) {
            let service = wanted(name)
            switch process.phase {
            case .stopping(let since, let isKilled):
                guard !isKilled else { continue }
                let grace = (services[name.service] ?? Service()).stopGrace
                let end = min(since + grace, service == nil ? killAt ?? .max : .max)
                if now >= end { steps.append(.kill(name)) } else { wakes.append(end) }
            case .starting, .ready:
                if let service {
                    if isStale(process, service) { steps.append(.stop(name)) }
                } else if let killAt, now >= killAt {
                    steps.append(.kill(name))
                } else if isNeeded(name.service, seen) {
                    if let killAt { wakes.append(killAt) }
                } else {
                    steps.append(.stop(name))
                }
            case .waiting(let until):
                guard let service else {
                    steps.append(.forget(name))
                    continue
                }
                if now >= until || isStale(process, service) {
                    steps.append(.start(name))
                } else {
                    wakes.append(until)
                }
            case .ended, .givenUp:
                guard let service else {
                    steps.append(.forget(name))
                    continue
                }
                if isStale(process, service) { steps.append(.start(name)) }
            }
        }
        for (name, service) in services.sorted(by: { $0.key < $1.key }) where service.replicas > 0 {
            // At the first start only: a service that fails comes back while what it depends on does too.
            guard service.dependencies.allSatisfy({ isThere($0, seen) }) else { continue }
            for replica in 1...service.replicas where seen[ProcessName(name, replica)] == nil {
                steps.append(.start(ProcessName(name, replica)))
            }
        }
        return (steps, wakes.min())
    }

    /// Whether all that shall run is ready, or as far as it will come.
    public func isSettled(_ seen: [ProcessName: SeenProcess]) -> Bool {
        let all = services.flatMap { name, service in
            (0..<service.replicas).map { seen[ProcessName(name, $0 + 1)] }
        }
        return all.allSatisfy {
            switch $0?.phase {
            case .ready, .ended, .givenUp: true
            default: false
            }
        }
    }

    private func wanted(_ name: ProcessName) -> Service? {
        services[name.service].flatMap { name.replica <= $0.replicas ? $0 : nil }
    }

    private func isStale(_ process: SeenProcess, _ service: Service) -> Bool {
        process.definition != service.definition || process.generation != service.generation
    }

    /// Whether something that also has to go, and depends on a service, still runs: it goes first.
    private func isNeeded(_ service: String, _ seen: [ProcessName: SeenProcess]) -> Bool {
        seen.contains { name, process in
            guard name.service != service, process.isRunning, wanted(name) == nil else { return false }
            return services[name.service]?.dependencies.contains { $0.service == service } ?? false
        }
    }

    private func isThere(
        _ dependency: ComposeService.Dependency, _ seen: [ProcessName: SeenProcess]
    ) -> Bool {
        // What shall not run is not waited for.
        guard let needed = services[dependency.service], needed.replicas > 0 else { return true }
        return (1...needed.replicas).allSatisfy { replica in
            switch seen[ProcessName(dependency.service, replica)]?.phase {
            case .ready: true
            case .starting: !dependency.isReady
            default: false
            }
        }
    }
}
