import Brokers
import Domain
import Mesh

/// What happens between a broker's service and the venue.
enum VenueEvent {
    case tick
    /// A call comes to the venue; its answer goes to that start of the service, or gets lost.
    case arrive(BrokerCall, answerTo: Int?)
    case news(BrokerNews, incarnation: Int)
    case pump(incarnation: Int)
    case connect(incarnation: Int)
}

/// The way from a broker's service to a hostile venue and back: calls and answers are lost and late, the stream of
/// updates breaks and falls silent. It watches what goes by.
final class VenueLine {
    let venue: HostileVenue
    let faultsEnd: Int64
    let setup: BrokerSetup
    private let fault: TradingFault?
    private let isRestless: Bool
    private var chance: Chance
    private(set) var edge: VenueEdge?
    private var pumpAt = Int64.max
    private var isConnected = false
    /// Connected as it is, nothing comes of it until then.
    private var muteUntil: Int64 = 0
    private var brokenAt: Int64 = 0
    private var sent: Set<String> = []
    /// The orders that the desk has wanted to cancel.
    private var calledOff: Set<String> = []
    private var confirmed: [Symbol: Quantity] = [:]
    /// How often something broke, at the beginning of the look under way, and as of the last that came to its end.
    private var breaks = 0
    private var breaksOfLook = 0
    private var breaksAskedFor = -1
    private var lastLookCall = BrokerCallKind.wake
    private var calls: [UInt64: BrokerCallKind] = [:]
    private var settledAt: Int64 = 0
    var lastStep: Timestamp?
    /// Every symbol that was frozen at any time, by what differed.
    private(set) var frozen: Set<String> = []
    private(set) var wishes = 0
    private(set) var beliefsChecked = 0

    static let millisecond = HostileVenue.millisecond
    /// So long nothing has to have moved before a belief is held against the truth: longer than anything is on its way.
    private static let stillness = 4 * TradingWorld.second
    /// So long after the last fault everybody knows of every topic: each tenth beat names all that its sender has.
    private static let hearsay = 6 * TradingWorld.second

    init(
        _ venue: HostileVenue, _ setup: BrokerSetup, fault: TradingFault?, isRestless: Bool, until end: Int64,
        chance: Chance
    ) {
        self.venue = venue
        self.setup = setup
        self.fault = fault
        self.isRestless = isRestless
        self.chance = chance
        faultsEnd = end
    }

    var machine: () -> AnyMachine { { [setup] in AnyMachine(DeskMachine<BrokerDesk>(setup)) } }

    /// The machine as it is in this world: with a fault that was put in on purpose, or in the hands of somebody who
    /// changes his mind.
    func disguise(_ machine: AnyMachine, _ index: Int) -> AnyMachine {
        if let fault, fault.member == index { return AnyMachine(FaultyMachine(machine, fault)) }
        return index == 5 && isRestless ? AnyMachine(FaultyMachine(machine, .restless)) : machine
    }

    /// The service starts: what was under way to the one before is lost.
    func open(_ world: TradingWorld) -> VenueEdge {
        let edge = VenueEdge { [unowned self, unowned world] in
            carry($0, world)
        } decide: { [unowned self, unowned world] in
            decide($0, world)
        }
        self.edge = edge
        isConnected = false
        pumpAt = .max
        calls = [:]
        lastLookCall = .wake
        brokenAt = world.now
        let incarnation = world.members[1].incarnation
        world.events.add(.venue(.pump(incarnation: incarnation)), at: world.now + 1)
        world.events.add(
            .venue(.connect(incarnation: incarnation)),
            at: world.now + chance.within(20...200) * VenueLine.millisecond)
        return edge
    }

    // MARK: what happens on it

    func handle(_ event: VenueEvent, _ world: TradingWorld) {
        let member = world.members[1]
        switch event {
        case .tick:
            venue.advance(to: world.now)
            if let complaint = venue.watch.complaint { world.accuse(complaint) }
            passOn(world)
            examine(world)
            settle(world)
            world.events.add(.venue(.tick), at: world.now + 10 * VenueLine.millisecond)
        case .arrive(let call, let incarnation):
            venue.advance(to: world.now)
            let (news, delay) = venue.answer(call)
            if let complaint = venue.watch.complaint { world.accuse(complaint) }
            if let incarnation {
                let way = chance.within(1...30) * VenueLine.millisecond + delay
                world.events.add(.venue(.news(news, incarnation: incarnation)), at: world.now + way)
            }
            passOn(world)
        case .news(let news, let incarnation):
            guard incarnation == member.incarnation, let edge, member.isUp else { return }
            edge.inbox.append(news)
            pump(world)
        case .pump(let incarnation):
            guard incarnation == member.incarnation, member.isUp else { return }
            pumpAt = .max
            pump(world)
        case .connect(let incarnation):
            guard incarnation == member.incarnation, let edge, member.isUp else { return }
            isConnected = true
            edge.inbox.append(BrokerNews(kind: .connected))
            pump(world)
        }
    }

    /// Hands the desk what has come, as soon as it may take it.
    private func pump(_ world: TradingWorld) {
        let member = world.members[1]
        guard let edge, member.isUp else { return }
        guard world.now >= member.pausedUntil else { return pumpLater(member.pausedUntil, world) }
        world.call(member) { node, time in
            try node.wake(at: time)
            guard node.mayOriginate else { return pumpLater(world.now + 10 * VenueLine.millisecond, world) }
            if !edge.hasBegun {
                edge.hasBegun = true
                breaks += 1
                try node.bring(.brokerNews(BrokerNews(kind: .began, at: time)), on: .brokerNews, at: time)
            }
            while !edge.inbox.isEmpty, !member.isDying {
                var news = edge.inbox.removeFirst()
                news.at = time
                note(news)
                try node.bring(.brokerNews(news), on: .brokerNews, at: time)
            }
            if edge.wakeAt <= time {
                edge.wakeAt = .distantFuture
                try node.bring(.brokerNews(BrokerNews(kind: .time, at: time)), on: .brokerNews, at: time)
            }
        }
    }

    private func pumpLater(_ time: Int64, _ world: TradingWorld) {
        guard time < pumpAt else { return }
        pumpAt = time
        world.events.add(.venue(.pump(incarnation: world.members[1].incarnation)), at: time)
    }

    /// The desk may have asked to be woken.
    func callAgain(_ world: TradingWorld) {
        guard let edge, edge.wakeAt < .distantFuture else { return }
        pumpLater(max(world.now + 1, edge.wakeAt.nanoseconds - TradingWorld.begin), world)
    }

    /// What the venue says of its own accord.
    private func passOn(_ world: TradingWorld) {
        let updates = venue.updates
        venue.updates = []
        let member = world.members[1]
        guard isConnected, member.isUp, world.now >= muteUntil else { return }
        for (news, delay) in updates {
            let way = chance.within(1...(world.now < faultsEnd ? 200 : 20)) * VenueLine.millisecond
            world.events.add(
                .venue(.news(news, incarnation: member.incarnation)), at: world.now + delay + way)
        }
    }

    // MARK: what goes over it

    private func carry(_ call: BrokerCall, _ world: TradingWorld) {
        let member = world.members[1]
        guard !member.isDying else { return }
        watch(call, world)
        let way = world.now + chance.within(1...30) * VenueLine.millisecond
        let fate = world.now < faultsEnd ? chance.below(100) : 100
        let incarnation = member.incarnation
        func hear(_ kind: BrokerNewsKind, at time: Int64) {
            var news = BrokerNews(kind: kind, call: call.number)
            if kind == .limited { news.retryAt = venue.stamp(time + 300 * VenueLine.millisecond) }
            world.events.add(.venue(.news(news, incarnation: incarnation)), at: time)
        }
        let patience = world.now + 300 * VenueLine.millisecond
        switch fate {
        case 0..<6:
            brokenAt = world.now
            hear(.unknown, at: patience)
            let straggles = !venue.mischief.isDisjoint(with: [.stragglers, .vagueDuplicates])
            guard call.kind == .submit, straggles else { return }
            let straggling = world.now + chance.within(300...1_500) * VenueLine.millisecond
            world.events.add(.venue(.arrive(call, answerTo: nil)), at: straggling)
        case 6..<12:
            brokenAt = world.now
            hear(.unknown, at: patience)
            world.events.add(.venue(.arrive(call, answerTo: nil)), at: way)
        case 12..<15: hear(.limited, at: way)
        default: world.events.add(.venue(.arrive(call, answerTo: incarnation)), at: way)
        }
    }

    /// What must hold of everything that leaves.
    private func watch(_ call: BrokerCall, _ world: TradingWorld) {
        calls[call.number] = call.kind
        guard call.kind == .submit, let order = call.order else { return }
        guard sent.insert(order.id).inserted else { return }
        let isFrozen = edge?.standing.differences.contains {
            $0.symbol == order.symbol || $0.symbol == Symbol()
        }
        guard isFrozen == true else { return }
        let held = confirmed[order.symbol] ?? .zero
        let reduces = order.side == .sell ? order.quantity <= held : order.quantity <= -held
        if !reduces {
            world.accuse(
                "order \(order.id) opens \(order.symbol), which is frozen, where \(held) is confirmed")
        }
    }

    /// What must hold of everything that the desk wants to leave, by what it has heard: a break that comes to the edge
    /// meanwhile it cannot know of.
    private func decide(_ call: BrokerCall, _ world: TradingWorld) {
        if call.kind == .clock || call.kind == .orders && lastLookCall != .clock { breaksOfLook = breaks }
        if [.clock, .orders, .activities, .positions, .funds].contains(call.kind) {
            lastLookCall = call.kind
        }
        if call.kind == .cancel, let order = call.order { calledOff.insert(order.id) }
        if call.kind == .submit, let order = call.order { look(atWhatMakesWayFor: order, world) }
        if call.kind == .submit, breaksAskedFor != breaks {
            world.accuse(
                "order \(call.order?.id ?? "") was to leave before what was unknown had been asked for")
        }
    }

    /// What is to be cancelled, by itself or with its pair, does not work any more when something else of its symbol leaves.
    private func look(atWhatMakesWayFor order: Order, _ world: TradingWorld) {
        let other = venue.orders.first {
            $0.status == .working && $0.order.symbol == order.symbol && !$0.isDenied
                && (calledOff.contains($0.order.id)
                    || $0.order.orderClass != .simple && calledOff.contains($0.order.parent))
        }
        guard let other else { return }
        world.accuse("order \(order.id) was to leave while \(other.order.id), which makes way for it, works")
    }

    private func note(_ news: BrokerNews) {
        let kind = calls.removeValue(forKey: news.call)
        if [.connected, .lost, .unknown].contains(news.kind) { breaks += 1 }
        guard news.kind == .answered else { return }
        if kind == .activities, news.next.isEmpty { breaksAskedFor = breaksOfLook }
        if kind == .positions {
            confirmed = [:]
            for position in news.positions { confirmed[position.symbol] = position.quantity }
        }
    }

    /// Now and then the stream breaks, or falls silent while it seems to be there.
    func disturb(_ world: TradingWorld) {
        let member = world.members[1]
        guard world.now < faultsEnd, member.isUp, let edge, isConnected else { return }
        switch chance.below(4) {
        case 0:
            isConnected = false
            brokenAt = world.now
            edge.inbox.append(BrokerNews(kind: .lost))
            world.tell("the stream of updates breaks")
            pump(world)
            world.events.add(
                .venue(.connect(incarnation: member.incarnation)),
                at: world.now + chance.within(50...1_500) * VenueLine.millisecond)
        case 1 where venue.mischief.contains(.muteFeed):
            muteUntil = world.now + chance.within(500...4_000) * VenueLine.millisecond
            world.tell("the stream of updates is mute until \(muteUntil / VenueLine.millisecond) ms")
        default: break
        }
    }

    // MARK: what must be so

    /// Nothing that could excuse a wrong belief has happened for a while.
    private func isStill(_ world: TradingWorld) -> Bool {
        let last = max(
            venue.changedAt, venue.deceivedAt, brokenAt, max(muteUntil, world.members[1].pausedUntil))
        return world.now > last + VenueLine.stillness
    }

    private func belief(_ world: TradingWorld) -> BrokerBelief? {
        guard edge?.hasBegun == true, let node = world.members[1].node else { return nil }
        return node.machine.brokerBelief
    }

    private func examine(_ world: TradingWorld) {
        for difference in edge?.standing.differences ?? [] {
            if frozen.insert("\(difference.symbol) \(difference.kind)").inserted {
                world.tell("\(difference.symbol) is frozen: \(difference.kind), \(difference.explanation)")
            }
        }
        guard isStill(world), let belief = belief(world), belief.isReconciled else { return }
        beliefsChecked += 1
        for symbol in setup.symbols {
            let (held, truth) = (belief.held[symbol]?.units ?? 0, venue.books.quantity(of: symbol.text))
            guard Int128(held) != truth else { continue }
            world.accuse("\(symbol) is reconciled at \(held)e-9, and the broker has \(truth)e-9")
        }
    }

    /// When all is quiet again, a person looks at what differs: what the venue only said is let go of.
    private func settle(_ world: TradingWorld) {
        let member = world.members[1]
        guard world.now > faultsEnd + 3 * TradingWorld.second,
            world.now > settledAt + 2 * TradingWorld.second,
            let edge, edge.hasBegun, member.isUp, let belief = belief(world)
        else { return }
        settledAt = world.now
        let symbols = Set(belief.differences.map(\.symbol)).sorted { $0.text < $1.text }
        for symbol in symbols where symbol.text != venue.changed {
            wishes += 1
            let what = symbol == Symbol() ? "cash" : symbol.text
            world.tell("a person settles \(what)")
            world.call(member) { node, time in
                guard node.mayOriginate else { return }
                let wish = Command(
                    id: "\(wishes)", verb: "settle", arguments: [what, what == "cash" ? "book" : "external"],
                    who: "ann", why: "looked at")
                try node.bring(.command(wish), on: .brokerWish, at: time)
            }
        }
    }

    /// Why the run goes on, for a person who looks at a seed that does not come to its end.
    func whatIsAwaited(_ world: TradingWorld) -> [String] {
        guard lastStep == nil else { return [] }
        guard let belief = belief(world) else { return ["the broker's service has not begun"] }
        let working = venue.orders.filter { $0.status == .working }.map(\.order.id)
        return ["the account does not settle"] + working.map { "\($0) works at the broker" }
            + belief.differences.map { "\($0.symbol) is frozen for \($0.kind)" }
            + (isStill(world) ? [] : ["something has moved"]) + belief.awaited
    }

    /// All orders have ended here and there, everybody knows of it, and nothing differs but what has become another thing.
    func hasSettled(_ world: TradingWorld) -> Bool {
        guard world.now > faultsEnd + VenueLine.hearsay, venue.isQuiet, isStill(world),
            world.members.allSatisfy(\.isUp),
            let belief = belief(world)
        else { return false }
        // What guards a position may rest for ever.
        if belief.isReconciled {
            return world.plan.settings.stops.isEmpty ? belief.hasEndedAll : belief.isAtRest
        }
        // What is frozen may be asked for, and refused, with every step.
        return !belief.differences.isEmpty
            && belief.differences.allSatisfy { $0.symbol.text == venue.changed }
    }
}
