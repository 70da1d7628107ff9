import Domain
import Testing

/// What has happened to others when a program came back.
@Suite("Incidents: coming back")
struct RestartIncidents {
    /// Elsewhere: a bot was restarted with a position open. It held the position that the exchange named against its
    /// empty memory, took the difference for a trade that it had missed, and booked an invented fill of the other side;
    /// from then on it was wrong by twice the position.
    @Test("a warm restart invents no fill")
    func warmRestart() throws {
        var house = House()
        house.order(.buy, 10)
        house.counter.trade(0, 10)
        house.run()
        house.step()
        #expect(house.fills.map(\.quantity) == [Quantity(10)])
        house.forget()
        try house.restart()
        house.pass(180)
        house.step()
        #expect(house.fills.isEmpty && house.counter.orders.count == 1)
        #expect(house.standing.isReconciled)
        // Where the views do part, nothing is invented either: a person is asked.
        house.counter.held = Quantity(25)
        try house.restart()
        house.pass(180)
        house.step()
        #expect(house.fills.isEmpty && !house.standing.isReconciled)
    }

    /// Elsewhere: at its start a bot asked for the open orders, and dropped those that it could not match at once. One of
    /// them went on working at the exchange, and filled when nobody looked after it.
    @Test("a start-up drops no working order")
    func workingOrder() throws {
        var house = House()
        house.order(.buy, 10)
        house.step()
        house.counter.hidesOrders = true
        try house.restart()
        house.pass(5)
        house.forget()
        // It was not on the list, and is asked about by its name; what it trades is ours.
        house.counter.trade(0, 10)
        house.run()
        house.step()
        #expect(house.fills.map(\.quantity) == [Quantity(10)])
        #expect(house.positions.last?.quantity == Quantity(10))
        #expect(house.counter.orders.count == 1 && house.statuses.last == .filled)
    }

    /// Elsewhere: each time a new version was deployed, a bot's profit so far began again at nothing, and so did the
    /// loss that was to stop it.
    @Test("a new deployment forgets neither profit nor the height that a loss is counted from")
    func profit() throws {
        var house = House()
        house.order(.buy, 100)
        house.counter.trade(0, 100, at: 100)
        house.run()
        house.step()
        house.order(.sell, 50, 2)
        house.counter.trade(1, 50, at: 120)
        house.run()
        house.step()
        let before = try #require(house.accounts.last)
        house.forget()
        try house.restart()
        house.order(.sell, 50, 3)
        house.counter.trade(2, 50, at: 110)
        house.run()
        house.step()
        // 20 and 10 a share for 50 each.
        #expect(house.positions.last?.realised == Money(1_500))
        #expect(before.highWater == Money(102_000))
        #expect(house.accounts.last?.highWater == Money(102_000))
    }

    /// Elsewhere: after a fail-over both copies of a bot were alive for a while, saw the same signal, and each bought.
    @Test("two copies of one house buy once")
    func twoCopies() throws {
        var house = House()
        let copy = house.execution
        house.order(.buy, 10)
        // The other copy comes to the same order from the same cause, and sends it too.
        var outbox = Outbox()
        var other = copy
        other.receive(
            Message(
                topic: .verdict, number: 7, epoch: 1, sentAt: morning, body: .verdict(House.verdict(.buy, 10))
            ),
            at: morning, &outbox)
        let requests = outbox.items.filter { if case .venueRequest = $0.body { true } else { false } }
        #expect(requests.count == 1)
        for request in requests { house.say(request.body, on: request.topic) }
        #expect(house.counter.orders.count == 1)
        #expect(house.counter.asked.count { $0 == .submit } == 1)
        // And where a copy's desk knows of nothing, the broker knows the id.
        var second = House()
        second.counter = house.counter
        second.order(.buy, 10)
        second.step()
        #expect(second.counter.orders.count == 1)
        #expect(second.reports.map(\.kind) == [.accepted])
    }
}
