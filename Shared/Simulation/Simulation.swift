import Mesh

/// One seed's run of the production code in a world that goes wrong.
public struct Simulation {
    public struct Outcome: Sendable {
        public let seed: UInt64
        public var events = 0
        /// Simulated nanoseconds.
        public var time: Int64 = 0
        public var faults: [(kind: String, count: Int)] = []
        public var messages: UInt64 = 0
        public var taken: UInt64 = 0
        /// All transcripts and stores, as one number: the same seed gives the same.
        public var hash = ""
        /// What was wrong.
        public var violation: String?
    }

    private let seed: UInt64
    private let guards: Guards
    private let log: ((String) -> Void)?

    public init(seed: UInt64) { self.init(seed: seed, guards: .all, log: nil) }

    package init(seed: UInt64, guards: Guards, log: ((String) -> Void)? = nil) {
        self.seed = seed
        self.guards = guards
        self.log = log
    }

    public func run() -> Outcome {
        let plan = Plan(seed: seed, guards: guards)
        let world = World(plan)
        world.log = log
        world.run()
        if world.violation == nil && plan.isReplay { compare(world) }
        return outcome(world)
    }

    /// A replay takes the same messages in the same order, whatever went wrong meanwhile.
    private func compare(_ world: World) {
        let undisturbed = World(Plan(seed: seed, guards: guards, hasFaults: false))
        undisturbed.run()
        if let violation = undisturbed.violation { return world.accuse("without any fault: \(violation)") }
        for (left, right) in zip(world.shards, undisturbed.shards) where left.role != .source {
            guard let disturbed = world.machine(of: left), let calm = undisturbed.machine(of: right) else {
                continue
            }
            if disturbed.order != calm.order || disturbed.taken != calm.taken {
                world.accuse(
                    "\(left.instance) took \(disturbed.taken) messages in another order than the \(calm.taken) of the "
                        + "same replay without faults")
            }
        }
    }

    private func outcome(_ world: World) -> Outcome {
        var outcome = Outcome(seed: seed)
        outcome.events = world.eventCount
        outcome.time = world.now
        var faults = world.faultCounts
        faults["dropped"] = world.packetsLost
        faults["duplicated"] = world.packetsDoubled
        faults["delayed"] = world.packetsDelayed
        outcome.faults = faults.keys.sorted().map { ($0, faults[$0]!) }
        outcome.messages = world.judge.published
        outcome.taken = world.shards.reduce(0) { $0 + (world.machine(of: $1)?.taken ?? 0) }
        outcome.hash = String(world.fingerprint, radix: 16)
        outcome.violation = world.violation.map {
            "\($0) (at \(world.now / Plan.millisecond) ms, event \(world.eventCount))"
        }
        return outcome
    }
}

extension World {
    func machine(of shard: ShardState) -> Probe? {
        owner(of: shard)?.node.machine
    }
}
