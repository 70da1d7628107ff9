import Domain
import Mesh

/// What a seed stands for: the services, their data, how their hosts are set, and which faults come how often.
struct Plan {
    static let second: Int64 = 1_000_000_000
    static let millisecond: Int64 = 1_000_000

    let seed: UInt64
    let guards: Guards
    var chance: Chance
    /// Lock-step on recorded time, or live.
    let isReplay: Bool
    /// Takers can be reached after every power cut, so nothing at all may be lost or come twice.
    let isStrict: Bool
    let symbols: [String]
    let sources: Int
    let middles: Int
    /// A restarted process is found under its old address, or under a new one.
    let keepsAddresses: Bool
    /// The middles are parts that processes share, as the supervisor grants them.
    let isGranted: Bool
    /// How many processes share them.
    let replicas: Int
    /// Whether the supervisor says who may hold parts, or takes whoever is there.
    let namesReplicas: Bool
    /// How long a grant holds. 0: the processes run on one machine, and the lock on a part's folder guards it.
    let lease: Int64
    /// After what silence the supervisor believes that a process is gone; nothing where it sees processes end.
    let silence: Int64?
    /// Somebody who is known to take is not there, so that taking back takes all its time.
    let hasAbsentTaker: Bool
    let faultsEnd: Int64
    let faultInterval: Int64
    let faults: [Fault]
    /// How many data each symbol has.
    let data: Int
    /// In a replay: how many instants.
    let instants: Int
    let sourceInterval: Int64

    // The network, per million messages.
    let drops: Int
    let duplicates: Int
    let delays: Int
    let delayMax: Int64
    let keepsOrder: Bool

    let segmentSize: Int
    let segmentsPerSnapshot: UInt64
    let segmentsKept: UInt64
    let checkpointBytes: Int

    /// Without faults, a replay has to come out the same.
    init(seed: UInt64, guards: Guards = .all, hasFaults: Bool = true) {
        var chance = Chance(seed: seed)
        self.seed = seed
        self.guards = guards
        isReplay = chance.below(5) < 2
        isStrict = isReplay || chance.below(4) != 0
        let names = ["A", "B", "C", "D"]
        symbols = Array(names.prefix(2 + chance.below(3)))
        sources = 1 + chance.below(2)
        middles = 1 + chance.below(3)
        keepsAddresses = chance.below(2) == 0
        isGranted = chance.below(3) != 0
        replicas = 2 + chance.below(2)
        namesReplicas = chance.below(2) == 0
        // Without a lock all depends on clocks that agree; the data's time of a replay is no such clock.
        let hasLease = chance.below(3) != 0
        lease = hasLease ? 2 * Plan.second : 0
        silence = hasLease || chance.below(2) == 0 ? 2 * Plan.second : nil
        faultsEnd = chance.within(6...14) * Plan.second
        faultInterval = chance.within(150...1500) * Plan.millisecond
        var faults: [Fault] = []
        for fault in Fault.allCases {
            let weight = chance.below(4)
            let isPossible = fault == .rescale || fault == .hang ? isGranted : true
            if isPossible { faults += [Fault](repeating: fault, count: weight) }
        }
        self.faults = hasFaults ? faults : []
        data = 100 + chance.below(300)
        instants = 40 + chance.below(100)
        sourceInterval = chance.within(5...30) * Plan.millisecond
        let harsh = chance.below(3)
        drops = hasFaults ? [0, 5_000, 60_000][harsh] : 0
        duplicates = hasFaults ? [0, 20_000, 50_000][chance.below(3)] : 0
        delays = hasFaults ? [0, 30_000, 100_000][chance.below(3)] : 0
        delayMax = [50, 400, 2500][chance.below(3)] * Plan.millisecond
        keepsOrder = chance.below(2) == 0
        segmentSize = [8 << 10, 16 << 10, 64 << 10][chance.below(3)]
        segmentsPerSnapshot = [0, 1, 3][chance.below(3)]
        segmentsKept = chance.below(3) == 0 ? 120 : .max
        hasAbsentTaker = chance.below(3) == 0
        checkpointBytes = [512, 2 << 10, 8 << 10][chance.below(3)]
        self.chance = chance.split()
    }

    func settings(_ shard: ShardState, address: String, of shards: [ShardState])
        -> NodeSettings
    {
        var settings = NodeSettings(service: shard.service, shard: shard.key, instance: shard.instance)
        settings.part = shard.part
        settings.flows = flows(shard.role)
        settings.isReplay = isReplay
        settings.replicas = [
            "source": (1...sources).map { "source.\($0)" }, "mid": (1...middles).map { "mid.\($0)" },
            "sink": ["sink.1"],
        ]
        settings.takers = shards.filter { other in takes(other, from: shard) }.map(\.instance)
        if hasAbsentTaker { settings.takers.append("sink.9") }
        if isReplay && shard.role == .source {
            settings.followers = shards.filter { $0.role != .source }.map(\.instance)
            settings.stepsAheadMax = 4
        }
        settings.marketAddress = "m:" + address
        settings.tradingAddress = "t:" + address
        settings.segmentSize = segmentSize
        settings.segmentsPerSnapshot = segmentsPerSnapshot
        settings.segmentsKept = segmentsKept
        settings.checkpointBytes = checkpointBytes
        settings.answerBytesMax = 2048
        settings.heldMax = 200
        settings.settingsText = "shard = \(shard.key)\n"
        settings.guards = guards
        return settings
    }

    var replicaNames: [String] { (1...replicas).map { "mid-\($0)" } }

    private func takes(_ taker: ShardState, from owner: ShardState) -> Bool {
        switch (owner.role, taker.role) {
        case (.source, .middle), (.source, .sink), (.middle, .sink), (.sink, .middle): true
        default: false
        }
    }

    func flows(_ role: Probe.Role) -> [Flow] {
        switch role {
        case .source:
            guard isReplay else { return [] }
            return [
                Flow("mid", "market/step/mid.", role: .watched, start: .latest),
                Flow("sink", "market/step/sink.", role: .watched, start: .latest),
            ]
        case .middle:
            var flows: [Flow] = []
            if isReplay {
                flows.append(Flow("source", "market/step/source."))
                flows.append(Flow("sink", "market/step/sink.", role: .feedback))
            }
            flows.append(Flow("source", "market/quote/", isDivided: true))
            flows.append(Flow("sink", "trading/fill/", role: .feedback, isDivided: true))
            return flows
        case .sink:
            let steps =
                isReplay ? [Flow("source", "market/step/source."), Flow("mid", "market/step/mid.")] : []
            return steps + [
                Flow("source", "market/quote/"), Flow("mid", "market/trade/"), Flow("mid", "market/tick/"),
                Flow("mid", "trading/order/"),
            ]
        }
    }

    /// The content of a datum: the same in every run of a seed.
    func quote(_ symbol: Int, _ datum: Int) -> Quote {
        let price = Int64(truncatingIfNeeded: mixed(seed ^ UInt64(symbol) << 40 ^ UInt64(datum)) >> 8)
        return Quote(
            symbol: Symbol(symbols[symbol])!, at: Timestamp(nanoseconds: 1_000_000 * Int64(datum)),
            bid: Price(units: price), ask: Price(units: price + 1), bidSize: Volume(units: Int64(datum)))
    }

    static let dataBegin: Int64 = 1_500_000_000 * second

    func time(ofInstant instant: Int) -> Timestamp {
        Timestamp(nanoseconds: Plan.dataBegin + Int64(instant) * Plan.second)
    }

    /// Whether a symbol has a datum in an instant of a replay.
    func hasDatum(_ symbol: Int, _ instant: Int) -> Bool {
        mixed(seed &+ 77 ^ UInt64(symbol) << 32 ^ UInt64(instant)) % 4 != 0
    }
}

/// What the simulator does to the mesh, besides what the network does to single messages.
enum Fault: String, CaseIterable {
    case kill, killInside, powerCut, powerCutInside, partition, relayCrash, slowTaker, pause, fullDisk,
        clockJump
    case orderlyRestart, rescale, hang
}
