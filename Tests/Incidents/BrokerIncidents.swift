import Brokers
import Domain
import Testing

@testable import Portfolio

/// What has happened to others on the way to a broker and back.
@Suite("Incidents: on the way to a broker")
struct BrokerIncidents {
    /// Elsewhere: the names of the broker's machines could not be looked up for minutes. An order had been accepted just
    /// before; its answer was lost, the error was taken for a refusal, and the order forgotten. It filled.
    @Test("an accepted order is not forgotten while the broker cannot be reached")
    func nameService() {
        var house = House()
        house.hears = false
        house.counter.swallowsAnswers = true
        house.order(.buy, 10)
        house.counter.swallowsAnswers = false
        house.counter.isAway = true
        house.hear(BrokerNews(kind: .lost, at: house.clock))
        house.pass(120)
        house.step()
        #expect(house.counter.orders.count == 1)
        #expect(!house.statuses.contains(.rejectedByBroker) && house.standing.unknown == 1)
        house.counter.isAway = false
        house.counter.trade(0, 10)
        house.pass(120)
        house.step()
        #expect(house.counter.orders.count == 1 && house.counter.asked.count { $0 == .submit } == 1)
        #expect(house.fills.map(\.quantity) == [Quantity(10)] && house.standing.isReconciled)
    }

    /// Elsewhere: the stream of fills broke and came back; what was traded in between was never asked for, and a
    /// position stayed that nobody knew of.
    @Test("fills of a time without connection are asked for, and come once")
    func disconnect() {
        var house = House()
        house.order(.buy, 10)
        house.step()
        house.hear(BrokerNews(kind: .lost, at: house.clock))
        house.hears = false
        house.counter.trade(0, 4)
        house.counter.trade(0, 6)
        let missed = house.counter.updates
        house.run()
        house.hears = true
        house.hear(BrokerNews(kind: .connected, at: house.clock))
        house.run()
        // The stream catches up with itself as well.
        house.counter.updates = missed
        house.run()
        house.step()
        #expect(house.fills.map(\.quantity) == [Quantity(4), Quantity(6)])
        #expect(house.positions.last?.quantity == Quantity(10))
    }

    /// Elsewhere: a feed stayed connected, answered every ping, and said nothing for hours. The program traded on what
    /// it had heard last.
    @Test("a stream that is connected and mute is not believed for longer than a minute")
    func muteStream() {
        var house = House()
        house.order(.buy, 10)
        house.step()
        house.hears = false
        house.counter.trade(0, 10)
        house.run()
        house.pass(61)
        house.step()
        #expect(house.fills.map(\.quantity) == [Quantity(10)])
        #expect(house.positions.last?.quantity == Quantity(10) && house.standing.isReconciled)
    }

    /// Elsewhere: a broker's answer was minutes old and named a position that had been sold since. The program took it
    /// for the present, sold it once more, and was short.
    @Test("a snapshot from the past sells nothing that is flat already")
    func staleSnapshot() {
        var house = House()
        house.order(.buy, 10)
        house.counter.trade(0, 10)
        house.run()
        house.step()
        house.order(.sell, 10, 2)
        house.counter.trade(1, 10)
        house.run()
        house.step()
        house.forget()
        house.counter.oldPosition = Quantity(10)
        house.pass(180)
        house.say(
            .halt(Halt(account: account, active: true, kind: "manual", reason: "flatten", flatten: true)),
            on: .halt)
        house.step()
        #expect(house.fills.isEmpty && house.proposals.isEmpty && house.counter.orders.count == 2)
        // Nobody acts on what nobody can explain, and a person is told.
        #expect(house.standing.differences.map(\.kind) == ["position"])
        house.counter.oldPosition = nil
        house.pass(70)
        house.say(
            .command(
                Command(id: "1", verb: "settle", arguments: ["KO", "book"], who: "ann", why: "it was old")),
            on: .brokerWish)
        house.pass(70)
        house.step()
        #expect(house.fills.isEmpty && house.standing.isReconciled)
    }

    /// Elsewhere: shares were moved out of the account by hand, and a halt that was to close all of it sold what had been held
    /// before: the account was short, and the program went on selling what it could not get.
    @Test("a halt sells what the broker has confirmed, and the rest when it has confirmed that")
    func haltOfLess() {
        var house = House()
        house.order(.buy, 10)
        house.counter.trade(0, 10)
        house.run()
        house.step()
        house.counter.held = Quantity(6)
        house.pass(180)
        #expect(house.standing.differences.map(\.kind) == ["position"])
        house.say(
            .halt(Halt(account: account, active: true, kind: "manual", reason: "flatten", flatten: true)),
            on: .halt)
        house.step()
        #expect(house.counter.orders.dropFirst().map(\.order.quantity) == [Quantity(6)])
        house.counter.trade(1, 6)
        house.run()
        for _ in 0..<5 {
            house.pass(70)
            house.step()
        }
        // Four are left by the house's count, and none by the broker's: nothing more leaves.
        #expect(house.counter.held == .zero && house.counter.orders.count == 2)
        #expect(house.positions.last?.quantity == Quantity(4))
        house.counter.held = Quantity(4)
        for _ in 0..<20 {
            house.pass(70)
            house.step()
        }
        #expect(house.counter.orders.dropFirst(2).map(\.order.quantity) == [Quantity(4)])
        house.counter.trade(2, 4)
        house.run()
        house.pass(180)
        house.step()
        #expect(house.counter.held == .zero && house.positions.last?.quantity == .zero)
    }

    /// Elsewhere: a position was closed by hand in the broker's window. It stayed in the books of the program, which sold it
    /// once more.
    @Test("what a person has sold by hand and books is no strategy's any more, and is not sold again")
    func bookedByHand() {
        var house = House(strategies: ["trend", "value"])
        house.order(.buy, 10, 1, strategy: "trend")
        house.order(.buy, 5, 2, strategy: "value")
        house.counter.trade(0, 10)
        house.counter.trade(1, 5)
        house.run()
        house.step()
        house.counter.held = Quantity(3)
        house.pass(180)
        house.say(
            .command(
                Command(id: "1", verb: "settle", arguments: ["KO", "book"], who: "ann", why: "by hand")),
            on: .brokerWish)
        house.pass(70)
        house.step()
        let cash = house.portfolio.desk.ledger.cash
        let complaint = house.portfolio.desk.ledger.audit()
        let held = (0..<2).map { house.portfolio.desk.ledger.quantity(of: $0, in: SymbolIndex(0)) }
        #expect(cash == Money(98_500 + 1_200) && complaint == nil && held == [.zero, Quantity(3)])
        house.say(
            .halt(Halt(account: account, active: true, kind: "manual", reason: "flatten", flatten: true)),
            on: .halt)
        house.step()
        #expect(house.counter.orders.dropFirst(2).map(\.order.quantity) == [Quantity(3)])
    }
}
