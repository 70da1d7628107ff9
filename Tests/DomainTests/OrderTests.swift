import Domain
import Testing

@Suite("Orders")
struct OrderTests {
    static let symbol = Symbol("AAPL")!

    static func fill(_ id: String, _ quantity: Int, at price: String = "10") throws -> Fill {
        Fill(
            id: id, orderId: "o1", symbol: symbol, side: .buy, quantity: Quantity(quantity),
            price: try Price(price))
    }

    /// An order for 100 that went the way to a status.
    static func order(_ status: OrderStatus) throws -> TrackedOrder {
        var tracked = TrackedOrder(Order(id: "o1", symbol: symbol, side: .buy, quantity: Quantity(100)))
        let sent: [OrderEvent] = [.approved(Quantity(100)), .submitted]
        let working = sent + [.accepted(venueOrderId: "v1")]
        let way: [OrderEvent] =
            switch status {
            case .proposed: []
            case .approved: [.approved(Quantity(100))]
            case .rejected: [.rejected(reason: "too much")]
            case .submitting: sent
            case .accepted: working
            case .partiallyFilled: working + [.fill(try fill("e1", 40))]
            case .filled: working + [.fill(try fill("e1", 100))]
            case .cancelling: working + [.cancelRequested]
            case .cancelled: working + [.cancelRequested, .cancelled(reason: "asked")]
            case .replacing: working + [.replaceRequested]
            case .expired: working + [.expired]
            case .rejectedByBroker: sent + [.rejectedByBroker(reason: "no money")]
            case .unknown: sent + [.lost]
            }
        for event in way { try tracked.apply(event) }
        return tracked
    }

    static func events() throws -> [(name: String, event: OrderEvent)] {
        [
            ("approve", .approved(Quantity(100))), ("reject", .rejected(reason: "")), ("submit", .submitted),
            ("cancel", .cancelRequested), ("replace", .replaceRequested), ("lost", .lost),
            ("accepted", .accepted(venueOrderId: "v1")), ("fill 40", .fill(try fill("e2", 40))),
            ("fill 100", .fill(try fill("e3", 100))), ("cancelled", .cancelled(reason: "")),
            ("replaced", .replaced(by: "o2")), ("refused", .cancelRejected(reason: "")),
            ("expired", .expired),
            ("no", .rejectedByBroker(reason: "")), ("unheard of", .unknownToVenue),
        ]
    }

    @Test("an order whose money is spent is the same, told as an event or by the way of its own")
    func spentEitherWay() throws {
        let part = Fill(
            id: "1", orderId: "o", symbol: try #require(Symbol("S")), side: .buy, quantity: Quantity(1),
            price: Price(10), at: .zero)
        let befores: [[OrderEvent]] = [
            [.approved(Quantity(5)), .submitted, .accepted(venueOrderId: ""), .fill(part)],
            [.approved(Quantity(5)), .submitted, .fill(part), .cancelRequested],
            [.approved(Quantity(5)), .submitted, .accepted(venueOrderId: "")],
            [.approved(Quantity(5)), .submitted, .fill(part), .expired],
            [.approved(Quantity(5)), .submitted, .fill(part), .spent(reason: "before")],
        ]
        for (notional, before) in [Money(50), nil].flatMap({ notional in befores.map { (notional, $0) } }) {
            var one = TrackedOrder(
                Order(
                    id: "o", symbol: try #require(Symbol("S")), side: .buy, quantity: Quantity(5),
                    notional: notional))
            for event in before { try one.apply(event) }
            var other = one
            let remark = try one.spend(because: "its money is spent")
            #expect(try other.apply(.spent(reason: "its money is spent")).remark == remark)
            #expect(one == other)
        }
        var unsent = TrackedOrder(Order(id: "o", quantity: Quantity(5)))
        #expect(throws: OrderError.self) { try unsent.spend(because: "its money is spent") }
    }

    @Test("an order for money has traded when its money is spent, also while it is to be cancelled")
    func spent() throws {
        var order = Order(id: "o1", symbol: OrderTests.symbol, side: .buy, quantity: Quantity(100))
        order.notional = Money(500)
        let working: [OrderEvent] = [.approved(Quantity(100)), .submitted, .accepted(venueOrderId: "v1")]
        let spent = OrderEvent.spent(reason: "its money is spent")
        func status(after events: [OrderEvent], of order: Order) throws -> OrderStatus {
            var tracked = TrackedOrder(order)
            for event in working + events { try tracked.apply(event) }
            return tracked.status
        }
        let part = OrderEvent.fill(try OrderTests.fill("e1", 50))
        #expect(try status(after: [part, spent], of: order) == .filled)
        #expect(try status(after: [.cancelRequested, part, spent], of: order) == .filled)
        #expect(
            try status(after: [.cancelRequested, part, spent, .cancelRejected(reason: "")], of: order)
                == .filled)
        // A fill that comes late is counted, and below the bound it is no riddle.
        let late = OrderEvent.fill(try OrderTests.fill("e2", 10))
        #expect(try status(after: [part, spent, late], of: order) == .filled)
        // Where nothing has traded it is not filled; and what somebody cancelled is cancelled.
        #expect(try status(after: [spent], of: order) == .cancelled)
        #expect(try status(after: [part, .cancelled(reason: "by hand")], of: order) == .cancelled)
        #expect(try status(after: [part, .cancelled(reason: "by hand"), late], of: order) == .cancelled)
        order.notional = nil
        #expect(try status(after: [part, spent], of: order) == .cancelled)
    }

    @Test("the short ways of acceptances and fills lead where the events do, in every status")
    func shortWays() throws {
        for status in OrderStatus.allCases {
            for id in ["", "v2"] {
                var (one, other) = (try OrderTests.order(status), try OrderTests.order(status))
                let remark = try? one.accept(venueOrderId: id)
                #expect(remark == (try? other.apply(.accepted(venueOrderId: id)).remark), "\(status)")
                #expect(one == other, "\(status)")
            }
            for quantity in [40, 60, 100, 200] {
                var (one, other) = (try OrderTests.order(status), try OrderTests.order(status))
                let fill = try OrderTests.fill("e9", quantity)
                #expect(try one.take(fill) == other.apply(.fill(fill)).remark, "\(status)")
                #expect(one == other && one.fills.executions.last?.id == "e9", "\(status)")
            }
        }
    }

    /// What each event makes of each status: the new status, `=` for the same, `x` for an error.
    @Test(
        "every event in every status",
        arguments: [
            // approve reject submit cancel replace lost accepted fill40 fill100 cancelled replaced refused expired no unheard
            (.proposed, "approved rejected x cancelled x x x unknown filled x x x expired x x"),
            (.approved, "x x submitting cancelled x x x unknown filled x x x expired x x"),
            (.rejected, "x x x x x = x unknown filled x x x x x x"),
            (
                .submitting,
                "x x x cancelling x unknown accepted partiallyFilled filled cancelled cancelled = expired rejectedByBroker rejectedByBroker"
            ),
            (
                .accepted,
                "x x x cancelling replacing unknown = partiallyFilled filled cancelled cancelled = expired rejectedByBroker unknown"
            ),
            (
                .partiallyFilled,
                "x x x cancelling replacing unknown = = filled cancelled cancelled = expired rejectedByBroker unknown"
            ),
            (.filled, "x x x x x = = = = = = = = = ="),
            (
                .cancelling,
                "x x x = x unknown = = filled cancelled cancelled accepted expired rejectedByBroker unknown"
            ),
            (.cancelled, "x x x x x = = = filled = = = = = ="),
            (
                .replacing,
                "x x x cancelling = unknown = = filled cancelled cancelled accepted expired rejectedByBroker unknown"
            ),
            (.expired, "x x x x x = = = filled = = = = = ="),
            (.rejectedByBroker, "x x x x x = accepted unknown filled = = = = = ="),
            (
                .unknown,
                "x x x cancelling x = accepted = filled cancelled cancelled = expired rejectedByBroker rejectedByBroker"
            ),
        ] as [(OrderStatus, String)])
    func transitions(status: OrderStatus, row: String) throws {
        let expected = row.split(separator: " ")
        let events = try OrderTests.events()
        try #require(expected.count == events.count)
        for ((name, event), outcome) in zip(events, expected) {
            var order = try OrderTests.order(status)
            let before = order
            #expect(before.status == status)
            let change = try? order.apply(event)
            let seen = change == nil ? "x" : order.status == status ? "=" : "\(order.status)"
            #expect(seen == outcome, "\(name) while \(status)")
            if let change {
                #expect(change.before == status && change.after == order.status)
            } else {
                #expect(order == before, "an error changes nothing")
            }
            if case .fill(let fill) = event {
                #expect(order.fills.quantity == before.fills.quantity + fill.quantity, "a fill is never lost")
            }
        }
    }

    @Test("every status is in the table")
    func allStatuses() throws {
        for status in OrderStatus.allCases { #expect(try OrderTests.order(status).status == status) }
    }

    @Test("what is unusual about a fill is told, and the fill is counted")
    func remarks() throws {
        func remark(_ status: OrderStatus, _ id: String, _ quantity: Int) throws -> OrderChange.Remark? {
            var order = try OrderTests.order(status)
            return try order.apply(.fill(OrderTests.fill(id, quantity))).remark
        }
        #expect(try remark(.accepted, "e9", 40) == nil)
        #expect(try remark(.partiallyFilled, "e1", 40) == .repeated)
        #expect(try remark(.submitting, "e9", 40) == .fillBeforeAcceptance)
        #expect(try remark(.cancelled, "e9", 40) == .fillAfterEnd)
        #expect(try remark(.partiallyFilled, "e9", 70) == .overfilled(by: Quantity(10)))
        #expect(try remark(.filled, "e9", 1) == .overfilled(by: Quantity(1)))
        var order = try OrderTests.order(.rejectedByBroker)
        #expect(try order.apply(.accepted(venueOrderId: "v7")).remark == .revived)
        #expect(order.venueOrderId == "v7")
        #expect(try order.apply(.accepted(venueOrderId: "v7")).remark == .repeated)
        var unsent = try OrderTests.order(.unknown)
        try unsent.apply(.cancelRequested)
        try unsent.apply(.cancelRejected(reason: ""))
        #expect(unsent.status == .unknown, "a refused cancellation does not make an unknown order known")
    }

    @Test("the average price is exact until it is read")
    func average() throws {
        var order = try OrderTests.order(.accepted)
        for (index, price) in ["10.000001", "10.000002", "10.000002"].enumerated() {
            try order.apply(.fill(OrderTests.fill("e\(index)", 10, at: price)))
        }
        #expect(order.fills.averagePrice.units == 10_000_002 && order.remaining == Quantity(70))
        #expect(order.update().filled == Quantity(30) && order.update().status == .partiallyFilled)
    }

    @Test("a fill that is not this order's, or says nothing, is refused and changes nothing")
    func wrongFills() throws {
        let changes: [(inout Fill) -> Void] = [
            { $0.orderId = "o2" }, { $0.symbol = Symbol("MSFT")! }, { $0.side = .sell }, { $0.id = "" },
            { $0.quantity = .zero }, { $0.quantity = Quantity(-1) },
            {
                $0.id = "e1"; $0.quantity = Quantity(41)
            },
            { $0.quantity = .max },
        ]
        for change in changes {
            var order = try OrderTests.order(.partiallyFilled)
            var fill = try OrderTests.fill("e9", 40)
            change(&fill)
            #expect(throws: OrderError.self, "\(fill)") { try order.apply(.fill(fill)) }
            #expect(order == (try OrderTests.order(.partiallyFilled)))
        }
        var order = try OrderTests.order(.proposed)
        #expect(throws: OrderError.self) { try order.apply(.approved(Quantity(101))) }
        try order.apply(.approved(Quantity(60)))
        #expect(order.remaining == Quantity(60))
    }

    @Test("whatever happens in whatever order, each execution is counted once")
    func anyOrder() throws {
        var random = SplitMix64(for: "order events")
        let events = try OrderTests.events()
        for _ in 0..<500 {
            var order = try OrderTests.order(OrderStatus.allCases.randomElement(using: &random)!)
            var counted = Dictionary(
                uniqueKeysWithValues: order.fills.executions.map { ($0.id, $0.quantity) })
            for _ in 0..<30 {
                var event = events.randomElement(using: &random)!.event
                if Bool.random(using: &random) {
                    let id = Int.random(in: 1...12, using: &random)
                    event = .fill(try OrderTests.fill("e\(id)", id == 1 ? 40 : id * 3))
                }
                let before = order
                do {
                    try order.apply(event)
                    if case .fill(let fill) = event { counted[fill.id] = fill.quantity }
                } catch {
                    if order != before { Issue.record("\(error) changed the order") }
                }
                let sum = counted.values.reduce(.zero, +)
                if order.fills.quantity != sum {
                    Issue.record("\(event): \(order.fills.quantity), not \(sum)")
                }
                if (order.status == .filled) != (sum >= order.order.quantity) {
                    Issue.record("\(event): \(order)")
                }
            }
        }
    }

    @Test("a report becomes an event")
    func reports() throws {
        #expect(OrderEvent(BrokerReport(kind: .accepted, venueOrderId: "v")) == .accepted(venueOrderId: "v"))
        #expect(OrderEvent(BrokerReport(kind: .filled)) == nil)
        let fill = try OrderTests.fill("e1", 1)
        #expect(OrderEvent(BrokerReport(kind: .filled, fill: fill)) == .fill(fill))
        #expect(OrderEvent(BrokerReport(kind: .unknownOrder)) == .unknownToVenue)
        #expect(OrderEvent(BrokerReport(kind: .state)) == nil)
    }

    @Test("an id depends on each of its parts, and no two of 180,000 are the same")
    func ids() {
        var seen: Set<String> = []
        var count = 0
        for account in ["", "a", "aa", "paper", "live"] {
            for topic in ["trading/proposal/p", "trading/proposal/pa", "control/command/portfolio/x"] {
                for epoch in UInt64(0)..<3 {
                    for number in UInt64(0)..<500 {
                        for leg in UInt32(0)..<2 {
                            for slice in UInt32(0)..<2 {
                                for generation in UInt32(0)..<2 {
                                    let cause = Cause(topic: Topic(topic), epoch: epoch, number: number)
                                    seen.insert(
                                        OrderId(
                                            account: account, cause: cause, leg: leg, slice: slice,
                                            generation: generation
                                        ).text)
                                    count += 1
                                }
                            }
                        }
                    }
                }
            }
        }
        #expect(count == 180_000 && seen.count == count)
        #expect(seen.allSatisfy { $0.utf8.count == 32 })
    }

    @Test("an id is the same on every machine and in every version")
    func idIsPinned() {
        let cause = Cause(topic: Topic("trading/proposal/portfolio"), epoch: 3, number: 41)
        let id = OrderId(account: "paper", cause: cause, leg: 1, slice: 2, generation: 3)
        #expect(id.text == "2a91e096b8b00c5bc074741c793ade11")
    }
}
