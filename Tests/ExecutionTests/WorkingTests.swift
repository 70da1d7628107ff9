import Domain
import Testing

@testable import Execution

@Suite("How execution works an order")
struct WorkingTests {
    static let session = TradingCalendar.xnys.session(on: CivilDate(2024, 3, 11))!
    let noon = WorkingTests.session.open + 2 * Nanoseconds.hour

    func made(_ change: (inout ExecutionSettings) -> Void = { _ in }) -> Execution {
        var settings = ExecutionSettings()
        settings.lot = Quantity(1)
        change(&settings)
        return Execution(settings, instruments: 1)
    }

    /// What is asked of the venue, in words.
    func words(_ outbox: Execution.Outbox) -> [String] {
        outbox.requests.map {
            let price = $0.order.limit ?? $0.order.stop
            return "\($0.verb) \($0.order.side) \($0.order.quantity) \($0.order.kind)"
                + (price.map { " \($0)" } ?? "")
        }
    }

    func report(_ kind: ReportKind, _ order: Order, filled: Int? = nil, _ fill: Fill? = nil)
        -> BrokerReport
    {
        BrokerReport(
            kind: kind, orderId: order.id, fill: fill, explanation: "so", filled: filled.map { Quantity($0) })
    }

    /// The last order that was sent, as the venue reports it.
    func tell(
        _ execution: inout Execution, _ kind: ReportKind, _ quantity: Int = 0, price: Int = 100,
        order place: Int? = nil, at now: Timestamp
    ) throws -> Execution.Outbox {
        let order = execution.orders[place ?? execution.orders.count - 1].order
        var outbox = Execution.Outbox()
        var fill: Fill?
        if kind == .filled {
            let count = execution.orders.reduce(0) { $0 + $1.fills.executions.count }
            fill = Fill(
                id: "x\(count)", orderId: order.id, symbol: order.symbol, side: order.side,
                quantity: Quantity(quantity), price: Price(price))
        }
        try execution.onReport(report(kind, order, fill), at: now, &outbox)
        return outbox
    }

    func timer(_ execution: inout Execution, at now: Timestamp) -> Execution.Outbox {
        var outbox = Execution.Outbox()
        execution.onTimer(at: now, &outbox)
        return outbox
    }

    @Test("a limit lies 5 basis points beyond the last price, on a tick")
    func fixedOffset() throws {
        for (side, expected) in [(Side.buy, "100.05"), (.sell, "99.95")] {
            var execution = made()
            _ = execution.bar(100, at: noon)
            var outbox = Execution.Outbox()
            try execution.approve(side, 10, at: noon, &outbox)
            #expect(words(outbox) == ["submit \(side) 10 limit \(expected)"])
        }
    }

    @Test("with quotes it is reckoned from the far side")
    func quotedOffset() throws {
        var execution = made()
        var outbox = Execution.Outbox()
        let quote = Quote(at: noon, bid: Price(100), ask: Price(102), bidSize: Volume(1), askSize: Volume(1))
        execution.onQuote(quote, of: 0, at: noon, &outbox)
        try execution.approve(.buy, 10, at: noon, &outbox)
        // 102 × 1.0005 = 102.051, on the next cent up.
        #expect(words(outbox) == ["submit buy 10 limit 102.06"])
    }

    @Test("an adaptive offset is half the spread and a quarter of the movement")
    func adaptiveOffset() {
        var view = MarketView()
        view.take(bid: Price(units: 99_990_000), ask: Price(units: 100_010_000))
        // Half of 0.02 on 100 is one basis point.
        #expect(LimitOffset.adaptive.share(in: view) == .basisPoints(1))
        view.movements = 16 * 400_000
        // And a quarter of 0.40 is ten more.
        #expect(LimitOffset.adaptive.share(in: view) == .basisPoints(11))
        view.movements = 16 * 40_000_000
        #expect(LimitOffset.adaptive.share(in: view) == .basisPoints(50))
    }

    @Test("an emergency goes at market, whatever the style")
    func emergency() throws {
        var execution = made()
        _ = execution.bar(100, at: noon)
        var outbox = Execution.Outbox()
        try execution.approve(.sell, 10, intent: .emergency, at: noon, &outbox)
        #expect(words(outbox) == ["submit sell 10 market"])
    }

    @Test("80 % after a minute is enough: the rest is cancelled")
    func enough() throws {
        var execution = made()
        _ = execution.bar(100, at: noon)
        var outbox = Execution.Outbox()
        try execution.approve(.buy, 10, at: noon, &outbox)
        _ = try tell(&execution, .accepted, at: noon)
        _ = try tell(&execution, .filled, 8, at: noon + Nanoseconds.second)
        #expect(words(execution.bar(100, at: noon + 59 * Nanoseconds.second)).isEmpty)
        #expect(words(timer(&execution, at: noon + Nanoseconds.minute)) == ["cancel buy 10 limit 100.05"])
        let end = try tell(&execution, .cancelled, at: noon + 61 * Nanoseconds.second)
        #expect(end.ended == [0] && end.requests.isEmpty)
        #expect(execution.plans[0].outcome == "80 % is enough, the rest was cancelled")
    }

    @Test("less than that is tried at a new price under a new id, and given up after three")
    func reprices() throws {
        var execution = made()
        _ = execution.bar(100, at: noon)
        var outbox = Execution.Outbox()
        try execution.approve(.buy, 10, at: noon, &outbox)
        var now = noon
        for (round, price) in [101, 102, 103].enumerated() {
            _ = try tell(&execution, .accepted, at: now)
            if round == 0 { _ = try tell(&execution, .filled, 3, at: now) }
            now += Nanoseconds.minute
            let cancel = execution.bar(price, at: now)
            #expect(cancel.requests.map(\.verb) == [.cancel])
            let next = try tell(&execution, .cancelled, at: now)
            // 101.0505, 102.051 and 103.0515 on the next cent up; 7 are left.
            #expect(words(next) == ["submit buy 7 limit \(["101.06", "102.06", "103.06"][round])"])
            #expect(next.requests[0].order.parent == execution.plans[0].order.id)
        }
        #expect(Set(execution.orders.map(\.order.id)).count == 4)
        let expected = OrderId(account: "a", cause: Execution.cause, generation: 3).text
        #expect(execution.orders[3].order.id == expected)
        _ = try tell(&execution, .accepted, at: now)
        now += Nanoseconds.minute
        #expect(execution.bar(104, at: now).requests.map(\.verb) == [.cancel])
        #expect(try tell(&execution, .cancelled, at: now).ended == [0])
        #expect(execution.plans[0].outcome == "given up after 4 prices")
    }

    @Test("an exit is never given up: after three prices it goes at market")
    func exitsGoOn() throws {
        var execution = made()
        _ = execution.bar(100, at: noon)
        var outbox = Execution.Outbox()
        try execution.approve(.sell, 10, intent: .leave, at: noon, &outbox)
        var now = noon
        var last = outbox
        for _ in 0..<4 {
            _ = try tell(&execution, .accepted, at: now)
            now += Nanoseconds.minute
            _ = execution.bar(90, at: now)
            last = try tell(&execution, .cancelled, at: now)
        }
        #expect(words(last) == ["submit sell 10 market"])
    }

    @Test("patience lasts one bar at least")
    func patienceOfABar() throws {
        var execution = made()
        var outbox = Execution.Outbox()
        let hour = Bar(
            span: Nanoseconds.hour, openedAt: noon - Nanoseconds.hour, open: Price(100), high: Price(100),
            low: Price(100), close: Price(100), volume: Volume(1))
        execution.onBar(hour, of: 0, at: noon, &outbox)
        try execution.approve(.buy, 10, at: noon, &outbox)
        _ = try tell(&execution, .accepted, at: noon)
        #expect(timer(&execution, at: noon + Nanoseconds.minute).requests.isEmpty)
        #expect(timer(&execution, at: noon + Nanoseconds.hour).requests.isEmpty, "no bar has been seen yet")
        #expect(execution.bar(100, at: noon + Nanoseconds.hour).requests.map(\.verb) == [.cancel])
    }

    @Test("a part at equal distances; what is left of one joins the next")
    func timeWeighted() throws {
        var execution = made {
            $0.style = .market
            $0.slicing = .timeWeighted(over: 4 * Nanoseconds.minute, slices: 4)
        }
        var outbox = Execution.Outbox()
        try execution.approve(.buy, 10, at: noon, &outbox)
        #expect(words(outbox) == ["submit buy 2 market"])
        _ = try tell(&execution, .accepted, at: noon)
        #expect(execution.nextWake <= noon + Nanoseconds.minute)
        _ = try tell(&execution, .filled, 1, at: noon)
        #expect(words(timer(&execution, at: noon + Nanoseconds.minute)) == ["cancel buy 2 market"])
        #expect(
            words(try tell(&execution, .cancelled, at: noon + Nanoseconds.minute)) == ["submit buy 4 market"])
        _ = try tell(&execution, .accepted, at: noon + Nanoseconds.minute)
        _ = try tell(&execution, .filled, 4, at: noon + Nanoseconds.minute)
        // 75 % of 10 in whole shares is 7, and 5 have traded.
        #expect(words(timer(&execution, at: noon + 2 * Nanoseconds.minute)) == ["submit buy 2 market"])
        let id = OrderId(account: "a", cause: Execution.cause, slice: 2).text
        #expect(execution.orders.last?.order.id == id)
        _ = try tell(&execution, .filled, 2, at: noon + 2 * Nanoseconds.minute)
        #expect(words(timer(&execution, at: noon + 3 * Nanoseconds.minute)) == ["submit buy 3 market"])
        #expect(try tell(&execution, .filled, 3, at: noon + 3 * Nanoseconds.minute).ended == [0])
    }

    @Test("parts as large as yesterday's volume, and not today's")
    func volumeWeighted() throws {
        var execution = made {
            $0.style = .market
            $0.slicing = .volumeWeighted(over: 2 * Nanoseconds.minute, slices: 2)
        }
        let yesterday = TradingCalendar.xnys.previous(before: WorkingTests.session.date)!
        let minute = 120
        for (step, volume) in [1_000, 3_000].enumerated() {
            _ = execution.bar(100, volume: volume, at: yesterday.start(ofMinute: minute + step + 1))
        }
        _ = execution.bar(100, volume: 9_000, at: WorkingTests.session.start(ofMinute: minute))
        var outbox = Execution.Outbox()
        try execution.approve(.buy, 100, at: noon, &outbox)
        #expect(words(outbox) == ["submit buy 25 market"])
    }

    @Test("a share of what the market has traded")
    func participation() throws {
        var execution = made {
            $0.style = .market
            $0.slicing = .participation(.percent(10))
        }
        _ = execution.bar(100, volume: 5_000, at: noon)
        var outbox = Execution.Outbox()
        try execution.approve(.buy, 100, at: noon, &outbox)
        #expect(outbox.requests.isEmpty, "nothing has been traded since")
        #expect(
            words(execution.bar(100, volume: 300, at: noon + Nanoseconds.minute)) == ["submit buy 30 market"])
        _ = try tell(&execution, .filled, 30, at: noon + Nanoseconds.minute)
        #expect(
            words(execution.bar(100, volume: 200, at: noon + 2 * Nanoseconds.minute)) == [
                "submit buy 20 market"
            ])
        _ = try tell(&execution, .filled, 20, at: noon + 2 * Nanoseconds.minute)
        #expect(
            words(execution.bar(100, volume: 9_000, at: noon + 3 * Nanoseconds.minute)) == [
                "submit buy 50 market"
            ])
    }

    @Test("no entry in the first and last five minutes; exits at any time")
    func entryWindow() throws {
        let open = WorkingTests.session.open
        let close = WorkingTests.session.close
        let next = TradingCalendar.xnys.next(after: WorkingTests.session.date)!.open
        let five = 5 * Nanoseconds.minute
        for (asked, sent) in [
            (open, open + five), (open + five, open + five), (close - five - 1, close - five - 1),
            (close - five, next + five), (close, next + five), (open - Nanoseconds.hour, open + five),
        ] {
            var execution = made { $0.style = .market }
            _ = execution.bar(100, at: asked)
            var outbox = Execution.Outbox()
            try execution.approve(.buy, 10, at: asked, &outbox)
            #expect(outbox.requests.isEmpty == (sent > asked))
            if sent > asked {
                #expect(execution.nextWake == sent)
                #expect(timer(&execution, at: sent).requests.count == 1)
            }
            var leaving = made { $0.style = .market }
            _ = leaving.bar(100, at: asked)
            outbox.removeAll()
            try leaving.approve(.sell, 10, intent: .leave, at: asked, &outbox)
            #expect(outbox.requests.count == 1)
        }
    }

    @Test("a snapshot that is cut, longer or of another version is refused, and changes nothing")
    func brokenSnapshots() throws {
        var execution = made()
        _ = execution.bar(100, at: noon)
        var outbox = Execution.Outbox()
        try execution.approve(.buy, 10, at: noon, &outbox)
        let bytes = execution.snapshot()
        for broken in [Array(bytes.dropLast()), bytes + [0], Array(bytes.prefix(9)), []] {
            #expect(throws: SnapshotMismatch.self) {
                try execution.restore(broken, version: Execution.snapshotVersion)
            }
        }
        #expect(throws: SnapshotMismatch.self) { try execution.restore(bytes, version: 99) }
        #expect(execution.snapshot() == bytes)
    }

    @Test("a split scales what is worked, and its protection")
    func split() throws {
        var execution = made {
            $0.style = .market
            $0.bracket = BracketRule(stop: .percent(10))
        }
        _ = execution.bar(100, at: noon)
        var outbox = Execution.Outbox()
        try execution.approve(.buy, 10, at: noon, &outbox)
        _ = try tell(&execution, .accepted, at: noon)
        _ = try tell(&execution, .filled, 4, at: noon)
        let action = CorporateAction(
            symbol: Symbol("KO")!, kind: .split, exAt: noon, numerator: 2, denominator: 1)
        try execution.onAction(action, of: 0, at: noon)
        #expect(execution.plans[0].order.quantity == Quantity(20) && execution.plans[0].filled == Quantity(8))
        #expect(
            execution.orders[1].order.quantity == Quantity(8) && execution.orders[1].order.stop == Price(45))
        #expect(execution.guards[0].held == Quantity(8) && execution.guards[0].averagePrice == Price(50))
    }

    @Test("an amount of money is divided as money, and never exceeded at the limit")
    func money() throws {
        var execution = made { $0.slicing = .timeWeighted(over: 2 * Nanoseconds.minute, slices: 2) }
        _ = execution.bar(100, at: noon)
        var outbox = Execution.Outbox()
        try execution.approve(.buy, 100, notional: 1_000, at: noon, &outbox)
        // 500 buys 4 at 100.05.
        #expect(words(outbox) == ["submit buy 4 limit 100.05"])
        _ = try tell(&execution, .filled, 4, at: noon)
        #expect(words(timer(&execution, at: noon + Nanoseconds.minute)) == ["submit buy 5 limit 100.05"])
        #expect(try tell(&execution, .filled, 5, at: noon).ended == [0])
    }
}
