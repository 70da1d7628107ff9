import Brokers
import Domain
import Testing

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
}
