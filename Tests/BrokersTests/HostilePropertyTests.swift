import Brokers
import Domain
import Testing

/// Orders by seed at a broker that loses requests and answers, trades when it likes, repeats and withholds what it
/// tells, while the desk's process is killed at any point. The broker's own books are the oracle.
@Suite("A broker's desk at a hostile broker")
struct HostilePropertyTests {
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
        "loses nothing, doubles nothing, and reports no order as refused that the broker has",
        arguments: 0..<150)
    func hostile(seed: Int) throws {
        var chance = Chance(state: UInt64(seed))
        var rig = Rig()
        rig.broker.namesLegs = seed % 2 == 0
        var orders: [Order] = []
        var told: [BrokerReport] = []
        for round in 0..<60 {
            switch chance.below(10) {
            case 9:
                let orderClass = [OrderClass.bracket, .oneCancelsOther, .oneTriggersOther][chance.below(3)]
                // Whoever takes legs one after the other may have only some of them.
                if !rig.broker.namesLegs { rig.broker.familyMax = 1 + chance.below(3) }
                let members = family(orderClass, 2 + chance.below(20), UInt64(1_000 + round))
                orders += members
                rig.submit(members)
            case 0, 1:
                let symbol = chance.below(2) == 0 ? aapl : msft
                orders.append(buy(1 + chance.below(20), UInt64(round + 1), symbol))
                rig.ask(.submit, orders.last!)
            case 2 where !orders.isEmpty: rig.ask(.cancel, orders[chance.below(orders.count)])
            case 3:
                rig.faults = (0..<chance.below(4)).map { _ in
                    [HostileBroker.Fault.requestLost, .answerLost, .limited, nil][chance.below(4)]
                }
            case 4 where !rig.broker.orders.isEmpty:
                let place = chance.below(rig.broker.orders.count)
                let kept = rig.broker.orders[place]
                // It also trades what it has confirmed to be cancelled.
                let open = min(kept.quantity - kept.filled, rig.broker.roomOfFamily(place))
                guard open.isPositive else { break }
                let left = Int(open.units / Quantity.scale)
                rig.broker.fill(place, Quantity(1 + chance.below(left)))
            case 5: try rig.die(withCalls: chance.below(2) == 0)
            case 6: rig.isListening = chance.below(2) == 0
            case 7: rig.broker.updates += rig.broker.updates.reversed()
            default: rig.pass(1 + chance.below(40))
            }
            if chance.below(3) > 0 { rig.run() }
            told += rig.step()
        }
        // Peace: everything is asked until it is known.
        rig.faults = []
        rig.run()
        rig.pass(600)
        told += rig.step()
        check(rig, orders, told)
    }

    private func check(_ rig: Rig, _ orders: [Order], _ told: [BrokerReport]) {
        let ids = rig.broker.orders.map(\.clientId)
        #expect(Set(ids).count == ids.count, "an order is at the broker twice")
        let fills = told.compactMap(\.fill)
        #expect(Set(fills.map(\.id)).count == fills.count, "a fill was told twice")
        #expect(Set(fills.map(\.id)) == Set(rig.broker.activities.map(\.id)), "a fill was lost or invented")
        for order in orders {
            let place = rig.broker.place(of: order)
            let own = told.filter { $0.orderId == order.id }
            let traded = own.compactMap(\.fill).reduce(Quantity.zero) { $0 + $1.quantity }
            #expect(traded == place.map { rig.broker.orders[$0].filled } ?? .zero)
            if place != nil {
                #expect(!own.contains { $0.kind == .rejected }, "told as refused: \(own)")
                #expect(own.contains { $0.kind == .accepted || $0.kind == .filled })
            } else {
                #expect(own.contains { $0.kind == .cancelled || $0.kind == .rejected }, "\(own)")
            }
            #expect(own.count { [.cancelled, .expired, .rejected].contains($0.kind) } <= 1)
            if let place, rig.broker.orders[place].status == .cancelled {
                #expect(own.contains { $0.kind == .cancelled })
            }
        }
        #expect(rig.standing.unknown == 0)
        #expect(rig.standing.differences.isEmpty, "\(rig.standing.differences)")
        #expect(rig.standing.isReconciled)
    }
}
