import Brokers
import Domain
import Testing

/// The line breaks before a message and after it, and the process dies before its numbers are on disk and after, while
/// orders are sent, changed, cancelled and traded. The gateway's own books are the oracle.
@Suite("A desk at a gateway that breaks off")
struct GatewayPropertyTests {
    private struct Chance {
        var state: UInt64
        mutating func below(_ bound: Int) -> Int {
            state &+= 0x9e37_79b9_7f4a_7c15
            var mixed = state
            mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
            mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
            return Int((mixed ^ (mixed >> 31)) % UInt64(bound))
        }
    }

    @Test(
        "loses nothing, doubles nothing, and tells no order as refused that the gateway has",
        arguments: 0..<40)
    func breaks(seed: Int) throws {
        var chance = Chance(state: UInt64(seed))
        var world = GatewayWorld()
        world.gateway.renames = seed % 2 == 0
        world.begin()
        var orders: [Order] = []
        var families: [[Order]] = []
        for round in 0..<40 {
            switch chance.below(11) {
            case 10:
                families.append(
                    trio(2 + chance.below(8), cause: UInt64(round), ["AAPL", "MSFT"][chance.below(2)]))
                orders += families[families.count - 1]
                for order in families[families.count - 1] { world.ask(.submit, order) }
            case 0, 1, 2:
                let symbol = ["AAPL", "MSFT"][chance.below(2)]
                orders.append(lot(1 + chance.below(9), UInt64(round), symbol))
                world.ask(.submit, orders[orders.count - 1])
            case 3...4 where !orders.isEmpty:
                let old = orders[chance.below(orders.count)]
                // Whatever else is changed, its price is.
                orders.append(
                    lot(1 + chance.below(9), UInt64(round), old.symbol.text, at: Price(50 + round)))
                world.ask(.replace, orders[orders.count - 1], replaces: old.id)
            case 5 where !orders.isEmpty: world.ask(.cancel, orders[chance.below(orders.count)])
            case 6:
                // What is held back does not trade.
                let works = world.gateway.orders.indices.filter {
                    world.gateway.orders[$0].word == "Submitted"
                }
                guard !works.isEmpty else { break }
                let place = works[chance.below(works.count)]
                let kept = world.gateway.orders[place]
                let left = Int(kept.order.quantity.units / Quantity.scale) - kept.filled
                world.gateway.fill(place, 1 + chance.below(left))
            case 7: world.gateway.isCut = true
            case 8: try world.die()
            default: world.pass(1 + chance.below(20))
            }
            // A few turns, so that what comes next comes amid something.
            world.run(chance.below(12))
            if chance.below(3) == 0 { world.step() }
            if world.gateway.isCut, chance.below(2) == 0 { world.lose() }
        }
        world.pass(360)
        world.step()
        check(world, orders)
        for family in families {
            let there = world.gateway.orders.filter { kept in
                family.contains { kept.references.contains($0.id) }
            }
            #expect(there.count == family.count || there.allSatisfy { !$0.works }, "half of a family works")
        }
    }

    private func check(_ world: GatewayWorld, _ orders: [Order]) {
        let kept = world.gateway.orders
        let references = kept.flatMap(\.references)
        #expect(Set(references).count == references.count, "an order is at the broker twice")
        #expect(world.fills.count == world.gateway.executions.count, "a fill was lost, or told twice")
        // Where the line broke between a fill and its cost, that is a charge of the account.
        #expect(world.fills.allSatisfy { $0.fee == Money(units: 350_000) || $0.fee == .zero })
        for at in kept {
            let traded = world.fills.filter { at.references.contains($0.orderId) }
            #expect(traded.reduce(Quantity.zero) { $0 + $1.quantity } == Quantity(at.filled))
        }
        for order in orders {
            let own = world.reports.filter { $0.orderId == order.id }
            if let at = kept.first(where: { $0.references.contains(order.id) }) {
                #expect(!own.contains { $0.kind == .rejected }, "told as refused: \(own)")
                #expect(own.contains { $0.kind == .accepted || $0.kind == .filled })
                let stands = at.references.last == order.id
                #expect(own.contains { $0.kind == .replaced } == !stands, "\(own)")
                if at.word == "Cancelled" { #expect(own.contains { $0.kind == .cancelled } == stands) }
                if at.works { #expect(!own.contains { $0.kind == .cancelled }) }
            } else {
                #expect(own.contains { $0.kind == .cancelled || $0.kind == .rejected }, "\(own)")
                #expect(!own.contains { $0.kind == .filled || $0.kind == .accepted })
            }
        }
        #expect(world.standing.unknown == 0 && world.standing.differences.isEmpty, "\(world.standing)")
        #expect(world.standing.isReconciled)
    }
}
