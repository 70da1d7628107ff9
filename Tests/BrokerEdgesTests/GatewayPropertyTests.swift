import Brokers
import Domain
import TWS
import Testing

@testable import BrokerEdges

/// The desk, the edge and an invented gateway, with a line between them that breaks before a message and after it, and a
/// process that dies before its numbers are on disk and after. The gateway's own books are the oracle.
@Suite("A desk at a gateway that breaks off")
struct GatewayPropertyTests {
    fileprivate struct Chance {
        var state: UInt64
        mutating func below(_ bound: Int) -> Int {
            state &+= 0x9e37_79b9_7f4a_7c15
            var mixed = state
            mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
            mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
            return Int((mixed ^ (mixed >> 31)) % UInt64(bound))
        }
    }

    fileprivate struct World {
        var machine = DeskMachine<BrokerDesk>(World.setup)
        var talk = GatewayTalk(GatewayTalk.Plan(), OrderNumbers())
        var gateway = InventedGateway()
        var disk: [UInt8] = []
        var calls: [BrokerCall] = []
        var reports: [BrokerReport] = []
        var standing = BrokerCall(kind: .standing)
        var wakeAt = Timestamp.distantFuture
        var clock = Timestamp(seconds: 1_710_163_800)
        var market = Timestamp(seconds: 1_710_163_800)
        var isConnected = false
        private var numbers: UInt64 = 0

        static var setup: BrokerSetup {
            BrokerSetup(account: "paper", symbols: [Symbol("AAPL")!, Symbol("MSFT")!], cash: Money(100_000))
        }

        mutating func receive(_ body: Body, on topic: Topic) {
            numbers += 1
            var outbox = Outbox()
            machine.receive(
                Message(topic: topic, number: numbers, epoch: 1, sentAt: market, body: body), at: market,
                &outbox)
            for item in outbox.items {
                switch item.body {
                case .brokerCall(let call) where call.kind == .wake: wakeAt = call.at
                case .brokerCall(let call) where call.kind == .standing: standing = call
                case .brokerCall(let call): calls.append(call)
                case .brokerReport(let report) where !report.isOfBroker: reports.append(report)
                default: break
                }
            }
        }

        mutating func tell(_ news: BrokerNews) { receive(.brokerNews(news), on: .brokerNews) }

        /// One thing after the other: a call is carried, a message leaves, a word is heard, a piece of news is told.
        mutating func turn() -> Bool {
            if !isConnected, talk.phase == .away { connect() }
            if !calls.isEmpty {
                talk.carry(calls.removeFirst(), at: clock)
                talk.askNext(at: clock)
            } else if let request = next() {
                if !gateway.isCut { gateway.hear(request) }
            } else if !gateway.said.isEmpty, !gateway.isCut {
                let line = gateway.said.removeFirst().replacing(
                    "NOW", with: "\(clock.nanoseconds / Nanoseconds.second)")
                let bytes = line.utf8.map { $0 == UInt8(ascii: "|") ? 0 : $0 }
                talk.hear(try! TWSAnswer(bytes, version: 178), at: clock)
            } else if !talk.news.isEmpty {
                for news in talk.takeNews() { tell(news) }
            } else {
                return false
            }
            if let why = talk.failure { lose(why) }
            return true
        }

        /// What leaves is on disk.
        private mutating func next() -> TWSRequest? {
            guard let request = talk.nextRequest() else { return nil }
            write()
            return request
        }

        mutating func write() {
            disk += talk.numbers.unwritten
            talk.numbers.noteWritten()
        }

        private mutating func connect() {
            isConnected = true
            (gateway.isCut, gateway.said) = (false, [])
            talk.begin(at: clock)
            gateway.said = ["15|1|DU100|", "9|1|\(gateway.next)|"]
        }

        mutating func lose(_ why: String) {
            isConnected = false
            gateway.said = []
            talk.lose(why, at: clock)
        }

        mutating func run(_ turns: Int = 3_000) {
            for _ in 0..<turns where !turn() { return }
        }

        mutating func pass(_ seconds: Int) {
            let end = clock + Int64(seconds) * Nanoseconds.second
            while clock < end {
                clock = min(end, clock + Nanoseconds.second / 2)
                talk.pass(at: clock)
                if let why = talk.failure { lose(why) }
                if wakeAt <= clock {
                    wakeAt = .distantFuture
                    tell(BrokerNews(kind: .time, at: clock))
                }
                run()
            }
        }

        mutating func step() {
            market = market + Nanoseconds.second
            receive(.step(Step(time: market)), on: Topic("market/step/feed.1"))
        }

        /// What was carried and has not left, and what is not on disk, is gone.
        mutating func die() throws {
            var fresh = DeskMachine<BrokerDesk>(World.setup)
            try fresh.restore(machine.snapshot(), version: BrokerDesk.snapshotVersion)
            machine = fresh
            (calls, wakeAt, isConnected) = ([], .distantFuture, false)
            gateway.said = []
            talk = GatewayTalk(GatewayTalk.Plan(), try OrderNumbers(disk))
            tell(BrokerNews(kind: .began, at: clock))
        }
    }

    @Test(
        "loses nothing, doubles nothing, and tells no order as refused that the gateway has",
        arguments: 0..<20)
    func breaks(seed: Int) throws {
        var chance = Chance(state: UInt64(seed))
        var world = World()
        world.tell(BrokerNews(kind: .began, at: world.clock))
        world.run()
        world.pass(5)
        var orders: [Order] = []
        for round in 0..<40 {
            switch chance.below(8) {
            case 0, 1, 2:
                let id = OrderId(
                    account: "paper", cause: Cause(topic: .proposal, epoch: 1, number: UInt64(round)))
                orders.append(
                    Order(
                        id: id.text, account: "paper", strategy: "test",
                        symbol: Symbol(["AAPL", "MSFT"][chance.below(2)])!, kind: .limit,
                        quantity: Quantity(1 + chance.below(9)), limit: Price(100)))
                world.ask(.submit, orders[orders.count - 1])
            case 3 where !orders.isEmpty: world.ask(.cancel, orders[chance.below(orders.count)])
            case 4:
                let works = world.gateway.orders.indices.filter { world.gateway.orders[$0].works }
                guard !works.isEmpty else { break }
                let place = works[chance.below(works.count)]
                let kept = world.gateway.orders[place]
                let left = Int(kept.order.quantity.units / Quantity.scale) - kept.filled
                world.gateway.fill(place, 1 + chance.below(left))
            case 5: world.gateway.isCut = true
            case 6: try world.die()
            default: world.pass(1 + chance.below(20))
            }
            // A few turns, so that what comes next comes amid something.
            world.run(chance.below(12))
            if chance.below(3) == 0 { world.step() }
            if world.gateway.isCut, chance.below(2) == 0 { world.lose("it broke") }
        }
        world.pass(240)
        world.step()
        check(world, orders)
    }

    private func check(_ world: World, _ orders: [Order]) {
        let kept = world.gateway.orders
        let references = kept.map(\.order.reference)
        #expect(Set(references).count == references.count, "an order is at the broker twice")
        let fills = world.reports.compactMap(\.fill)
        #expect(fills.count == world.gateway.executions.count, "a fill was lost, or told twice")
        // Where the line broke between a fill and its cost, that is a charge of the account.
        #expect(fills.allSatisfy { $0.fee == Money(units: 350_000) || $0.fee == .zero })
        for order in orders {
            let own = world.reports.filter { $0.orderId == order.id }
            let at = kept.first { $0.order.reference == order.id }
            let traded = own.compactMap(\.fill).reduce(Quantity.zero) { $0 + $1.quantity }
            #expect(traded == Quantity(at?.filled ?? 0))
            if let at {
                #expect(!own.contains { $0.kind == .rejected }, "told as refused: \(own)")
                #expect(own.contains { $0.kind == .accepted || $0.kind == .filled })
                #expect(own.contains { $0.kind == .cancelled } == (at.word == "Cancelled"))
            } else {
                #expect(own.contains { $0.kind == .cancelled || $0.kind == .rejected }, "\(own)")
            }
        }
        #expect(world.standing.unknown == 0 && world.standing.differences.isEmpty, "\(world.standing)")
        #expect(world.standing.isReconciled)
    }
}

extension GatewayPropertyTests.World {
    fileprivate mutating func ask(_ verb: VenueVerb, _ order: Order) {
        receive(.venueRequest(VenueRequest(verb: verb, order: order)), on: Topic("trading/venue/paper"))
    }
}
