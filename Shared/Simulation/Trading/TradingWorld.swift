import Backtesting
import Domain
import Exchange
import Execution
import Mesh
import Portfolio
import Risk
import Strategies
import Trading

/// The services of trading in one process, on a replay, under a seeded network and disk: messages are dropped, doubled,
/// delayed and reordered, processes killed and stopped anywhere, and power is cut.
final class TradingWorld {
    enum Event {
        case deliver(to: Int, incarnation: Int, Packet)
        case wake(Int, incarnation: Int)
        case start(Int)
        case bring
        case fault
        case venue(VenueEvent)
    }

    static let second: Int64 = 1_000_000_000
    static let begin: Int64 = 1_700_000_000 * second

    /// Of the six, the second is the venue: the simulated exchange, or a broker's service.
    let services: [String]
    let plan: DeskPlan
    /// The bars of each instant, or what companies did in it.
    let instants: [(at: Timestamp, bars: [Bar], actions: [CorporateAction])]
    private(set) var members: [TradingMember] = []
    var events = EventQueue<Event>()
    private(set) var now: Int64 = 0
    private var chance: Chance
    private var network: Chance
    let faultsEnd: Int64
    /// The way to a broker, where there is one.
    let line: VenueLine?
    /// No fault comes before that: somebody takes back what it lost.
    private var calmUntil: Int64 = 0
    /// Of a million messages.
    private let drops: Int
    private let doubles: Int
    /// What was sent comes once more, seconds later: of a ghost, where its epoch has passed.
    private let ghosts: Int
    private(set) var faults = 0
    /// What was done to whom, for a person who looks at a seed.
    private(set) var story: [String] = []
    private(set) var violation: String?

    init(
        _ plan: DeskPlan, _ table: BarTable, _ actions: [CorporateAction] = [], seed: UInt64, hasFaults: Bool,
        line: VenueLine? = nil
    ) throws {
        self.plan = plan
        self.line = line
        services = [
            "feed", line == nil ? "exchange" : "broker", "strategist", "portfolio", "risk", "execution",
        ]
        instants = TradingWorld.instants(table, actions)
        chance = Chance(seed: seed)
        network = chance.split()
        let disturbed = hasFaults ? chance.within(4...10) * TradingWorld.second : 0
        faultsEnd = line?.faultsEnd ?? disturbed
        drops = hasFaults ? [0, 5_000, 40_000][chance.below(3)] : 0
        doubles = hasFaults ? [0, 30_000][chance.below(2)] : 0
        ghosts = hasFaults ? [0, 20_000][chance.below(2)] : 0
        let strategist = try plan.strategist()
        let machines: [() -> AnyMachine] = [
            { AnyMachine(Bringer()) },
            line?.machine ?? { AnyMachine(DeskMachine<ExchangeDesk>(plan.exchange)) },
            { AnyMachine(DeskMachine<StrategyDesk>(strategist)) },
            { AnyMachine(DeskMachine<PortfolioDesk>(plan.portfolio)) },
            { AnyMachine(DeskMachine<RiskDesk>(plan.risk)) },
            { AnyMachine(DeskMachine<ExecutionDesk>(plan.execution)) },
        ]
        for (index, service) in services.enumerated() {
            let member = TradingMember(settings(service), index: index) {
                line?.disguise(machines[index](), index) ?? machines[index]()
            }
            if index == 1, let line { member.makeEdge = { [unowned self] in line.open(self) } }
            members.append(member)
            events.add(.start(index), at: chance.within(0...200_000_000))
        }
        events.add(.bring, at: TradingWorld.second / 2)
        if hasFaults { events.add(.fault, at: TradingWorld.second) }
        if line != nil { events.add(.venue(.tick), at: TradingWorld.second / 2) }
    }

    /// Each action has an instant of its own, before the first bar of its ex-date.
    private static func instants(
        _ table: BarTable, _ actions: [CorporateAction]
    ) -> [(at: Timestamp, bars: [Bar], actions: [CorporateAction])] {
        var instants: [(at: Timestamp, bars: [Bar], actions: [CorporateAction])] = []
        var done = 0
        for row in 0..<table.count {
            let at = Timestamp(nanoseconds: table.closesAt[row])
            while done < actions.count, actions[done].exAt < at {
                let exAt = actions[done].exAt
                if instants.last?.at != exAt { instants.append((exAt, [], [])) }
                instants[instants.count - 1].actions.append(actions[done])
                done += 1
            }
            if instants.last?.at != at { instants.append((at, [], [])) }
            instants[instants.count - 1].bars.append(table.bar(row))
        }
        return instants
    }

    private func settings(_ service: String) -> NodeSettings {
        var settings = NodeSettings(service: service, instance: "\(service).1")
        settings.isReplay = true
        settings.flows = flows(service)
        // Whom a service takes from is told after a power cut what it lost.
        settings.takers = services.filter { taker in
            flows(taker).contains { $0.service == service && $0.role != .watched }
        }.map { "\($0).1" }
        if service == "feed" {
            settings.followers = settings.takers + ["execution.1"]
            settings.stepsAheadMax = 4
        }
        settings.segmentSize = [32 << 10, 128 << 10][chance.below(2)]
        settings.segmentsPerSnapshot = [0, 1, 3][chance.below(3)]
        settings.checkpointBytes = 4 << 10
        settings.marketAddress = "m:\(service)"
        settings.tradingAddress = "t:\(service)"
        return settings
    }

    private func flows(_ service: String) -> [Flow] {
        line == nil ? flowsOnPaper(service) : flowsOnPaper(service).map(\.ofBroker)
    }

    private func flowsOnPaper(_ service: String) -> [Flow] {
        switch service {
        case "feed":
            services.dropFirst().map {
                Flow($0, "trading/step/\($0).", role: .watched, start: .latest)
            }
        case "exchange": TradingFlows.exchange
        case "broker": TradingFlows.broker
        case "strategist": TradingFlows.strategist
        case "portfolio": TradingFlows.portfolio(works: plan.works)
        case "risk": TradingFlows.risk(works: plan.works)
        default: TradingFlows.execution(works: plan.works)
        }
    }

    // MARK: time

    var isOver: Bool {
        now >= faultsEnd && members.dropFirst().allSatisfy { $0.node?.isReplayOver ?? false }
    }

    /// Runs until the replay is over and everybody is up, something is wrong, or patience is over; or only for a while.
    func run(until pause: Int64 = .max) {
        let end = faultsEnd + 120 * TradingWorld.second
        while violation == nil, !isOver, let next = events.nextTime, next < pause,
            let (time, event) = events.next()
        {
            now = max(now, time)
            guard now < end else { break }
            handle(event)
        }
        if violation == nil, !isOver, pause == .max {
            let waits =
                (line?.whatIsAwaited(self) ?? [])
                + members.flatMap { $0.node?.whatIsAwaited ?? ["\($0.settings.service) is down"] }
            accuse("the replay does not come to its end: \(waits.joined(separator: " | "))")
        }
    }

    private func handle(_ event: Event) {
        switch event {
        case .deliver(let index, let incarnation, let packet):
            let member = members[index]
            guard member.incarnation == incarnation else { return }
            guard now >= member.pausedUntil else { return events.add(event, at: member.pausedUntil) }
            call(member) { node, time in
                try packet.topic.withUnsafeBytes { topic in
                    try packet.envelope.withUnsafeBytes {
                        try node.receive(topic: topic, envelope: $0, at: time)
                    }
                }
                try node.wake(at: time)
            }
        case .wake(let index, let incarnation):
            let member = members[index]
            guard member.incarnation == incarnation, now >= member.wakeAt else { return }
            guard now >= member.pausedUntil else { return events.add(event, at: member.pausedUntil) }
            member.wakeAt = .max
            call(member) { node, time in try node.wake(at: time) }
        case .start(let index):
            guard !members[index].isUp else { return }
            members[index].open { TradingLink(self, $0) }
            call(members[index]) { node, time in try node.start(at: time) }
        case .bring:
            let isPeaceful = line != nil && members[0].node?.lastStep ?? .zero >= instants.last!.at
            let pause = chance.within(line == nil ? 1...20 : isPeaceful ? 100...200 : 20...80)
            events.add(.bring, at: now + pause * 1_000_000)
            call(members[0]) { node, time in try self.bring(node, time) }
        case .fault:
            disturb()
            line?.disturb(self)
            events.add(.fault, at: now + chance.within(100_000_000...1_200_000_000))
        case .venue(let event): line?.handle(event, self)
        }
    }

    /// Lets a service do something; a failure inside ends it.
    func call(_ member: TradingMember, _ body: (Node<AnyMachine>, Timestamp) throws -> Void) {
        guard let node = member.node else { return }
        let time = Timestamp(nanoseconds: TradingWorld.begin + now)
        do {
            try body(node, time)
        } catch {
            guard member.isDying else { return accuse("\(member.settings.service) stops: \(error)") }
        }
        if member.isDying { return crash(member) }
        if member.index == 1 { line?.callAgain(self) }
        let next = max(now + 100_000, node.nextWake.nanoseconds - TradingWorld.begin, member.pausedUntil)
        guard next < member.wakeAt else { return }
        member.wakeAt = next
        events.add(.wake(member.index, incarnation: member.incarnation), at: next)
    }

    private func bring(_ node: Node<AnyMachine>, _ time: Timestamp) throws {
        try node.wake(at: time)
        guard node.mayOriginate else { return }
        let place = node.lastStep.map { step in instants.firstIndex { $0.at > step } ?? instants.count } ?? 0
        guard place < instants.count else { return try bringPeace(node, time) }
        let (at, bars, actions) = instants[place]
        for bar in bars { line?.venue.mark(bar.symbol, at: bar.close) }
        var items = actions.map { (topic: Topic.action($0.symbol), body: $0.body) }
        items += bars.map {
            (topic: Topic.bar("\(Interval(nanoseconds: plan.span))", $0.symbol), body: Body.bar($0))
        }
        try node.originate(
            items, step: Step(time: at, last: line == nil && place == instants.count - 1), at: at)
        try node.wake(at: time)
    }

    /// After the last bars the market stands still, and steps go on until everything that is under way at the broker has
    /// come to its end. Where orders are worked, what is to be sent again becomes due meanwhile.
    private func bringPeace(_ node: Node<AnyMachine>, _ time: Timestamp) throws {
        guard let line, let last = node.lastStep, line.lastStep.map({ last < $0 }) ?? true else { return }
        let at = last + (plan.works ? 60_000 : 1) * TradingWorld.second / 1000
        if line.lastStep == nil, line.hasSettled(self) { line.lastStep = at }
        try node.originate([], step: Step(time: at, last: line.lastStep == at), at: at)
        try node.wake(at: time)
    }

    // MARK: faults

    private func disturb() {
        guard now < faultsEnd, now >= calmUntil else { return }
        let member = members[chance.below(members.count)]
        guard member.isUp else { return }
        faults += 1
        let kind = chance.below(4)
        tell("\(member.settings.service): \(["kill", "kill inside", "pause", "power cut"][kind])")
        switch kind {
        case 0:
            member.die()
            crash(member)
        case 1: member.operationsLeft = chance.below(60)
        case 2: member.pausedUntil = now + chance.within(50...1_500) * 1_000_000
        default:
            // All others have to be there to give back what is lost.
            guard members.allSatisfy({ $0.isUp && $0.operationsLeft == nil && $0.pausedUntil <= now }) else {
                return
            }
            member.end { $0.cutPower(&self.chance) }
            calmUntil = now + 5 * TradingWorld.second
            events.add(.start(member.index), at: now + chance.within(50...400) * 1_000_000)
        }
    }

    private func crash(_ member: TradingMember) {
        member.end()
        events.add(.start(member.index), at: now + chance.within(20...1_000) * 1_000_000)
    }

    func tell(_ sentence: String) { story.append("\(now / 1_000_000) ms \(sentence)") }

    func accuse(_ sentence: String) { if violation == nil { violation = sentence } }

    // MARK: the network

    func send(_ lane: Lane, _ packet: Packet, from sender: TradingMember) {
        let isDisturbed = now < faultsEnd && now >= calmUntil
        for taker in members where taker !== sender && taker.isUp && taker.wants(packet.topic, lane) {
            var copies = isDisturbed && network.happens(drops) ? 0 : 1
            if isDisturbed, network.happens(doubles) { copies += 1 }
            for _ in 0..<copies {
                let delay = network.within(50...(isDisturbed ? 20_000 : 500)) * 1_000
                events.add(
                    .deliver(to: taker.index, incarnation: taker.incarnation, packet), at: now + delay)
            }
            if isDisturbed, network.happens(ghosts) {
                events.add(
                    .deliver(to: taker.index, incarnation: taker.incarnation, packet),
                    at: now + network.within(1...5) * TradingWorld.second)
            }
        }
    }
}

/// A service's way into the network.
final class TradingLink: Mesh.Link {
    private unowned let world: TradingWorld
    private unowned let member: TradingMember
    private let incarnation: Int

    init(_ world: TradingWorld, _ member: TradingMember) {
        self.world = world
        self.member = member
        incarnation = member.incarnation
    }

    func send(_ lane: Lane, topic: UnsafeRawBufferPointer, envelope: UnsafeRawBufferPointer) {
        guard member.incarnation == incarnation else { return }
        member.operate()
        guard !member.isDying else { return }
        world.send(lane, Packet(topic: Array(topic), envelope: Array(envelope)), from: member)
    }

    func connect(_ lane: Lane, to instance: String, at address: String) {}

    func subscribe(_ lane: Lane, prefix: String) {
        member.subscriptions[lane, default: []].append(Array(prefix.utf8))
    }
}
