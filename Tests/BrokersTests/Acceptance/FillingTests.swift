import Brokers
import Domain
import Testing

/// What trades, is cancelled and replaced. The numbers are those of docs/brokers.md.
@Suite("A broker's desk, as orders trade")
struct FillingTests {
    @Test("3: tells of each part that was traded, once, whoever tells of it and how often")
    func parts() {
        var rig = Rig()
        rig.ask(.submit, buy(10))
        rig.run()
        rig.broker.fill(0, Quantity(4))
        rig.broker.updates += rig.broker.updates
        rig.run()
        rig.isListening = false
        rig.broker.fill(0, Quantity(6))
        rig.pass(180)
        let fills = rig.step().compactMap(\.fill)
        #expect(fills.map(\.quantity) == [Quantity(4), Quantity(6)])
        #expect(fills.map(\.id) == rig.broker.activities.map(\.id))
    }

    @Test("4: a cancellation that a fill has overtaken is told as refused, after the fill")
    func cancelRace() {
        var rig = Rig()
        rig.ask(.submit, buy(10))
        rig.run()
        _ = rig.step()
        rig.ask(.cancel, buy(10))
        rig.broker.fill(0, Quantity(10))
        rig.run()
        #expect(rig.step().map(\.kind) == [.filled, .cancelRejected])
        // A part, then the rest is cancelled.
        rig.ask(.submit, buy(8, 2))
        rig.run()
        rig.ask(.cancel, buy(8, 2))
        rig.broker.fill(1, Quantity(3))
        rig.run()
        #expect(rig.step().map(\.kind) == [.accepted, .filled, .cancelled])
        // And a fill after its end is heard all the same.
        rig.broker.fill(1, Quantity(2))
        rig.run()
        #expect(rig.step().map { $0.fill?.quantity } == [Quantity(2)])
    }

    /// Beside a broker who sells whole shares alone.
    private func rigOfWholeShares() -> Rig {
        var rig = Rig(begins: false)
        rig.broker.assets = [
            aapl: BrokerAsset(symbol: aapl, isTradable: true, isShortable: true, isFractionable: false)
        ]
        rig.tell(BrokerNews(kind: .began, at: rig.clock))
        rig.tell(BrokerNews(kind: .connected, at: rig.clock))
        rig.run()
        return rig
    }

    /// 1050 at 100 are ten shares, where fifteen would be the bound.
    private func buyForMoney(_ cause: UInt64 = 1) -> Order {
        var wanted = buy(15, cause, limit: Price(100))
        wanted.notional = Money(1_050)
        return wanted
    }

    @Test("4: an order for an amount of money that has traded is told as spent, wanted or not")
    func spentRace() throws {
        var rig = rigOfWholeShares()
        rig.ask(.submit, buyForMoney())
        rig.run()
        _ = rig.step()
        rig.ask(.cancel, buyForMoney())
        rig.broker.fill(0, Quantity(10))
        rig.run()
        let reports = rig.step()
        #expect(reports.map(\.kind) == [.filled, .cancelled, .cancelRejected])
        #expect(reports.map(\.isSpent) == [false, true, false])
        // What is cancelled by the broker's word is cancelled, and nothing else.
        rig.ask(.submit, buyForMoney(2))
        rig.run()
        rig.broker.fill(1, Quantity(4))
        rig.broker.change(1) { $0.status = .cancelled }
        rig.run()
        let told = rig.step()
        #expect(told.map(\.kind) == [.accepted, .filled, .cancelled])
        #expect(told.map(\.isSpent) == [false, false, false])
    }

    @Test(
        "5: one of an order and its replacement stands, never both, by another name or the same",
        arguments: [false, true])
    func replaceRace(keepsNames: Bool) {
        var rig = Rig()
        rig.broker.keepsNames = keepsNames
        rig.ask(.submit, buy(10, 1, limit: Price(90)))
        rig.run()
        rig.ask(.replace, buy(10, 2, limit: Price(95)), replaces: buy(10).id)
        rig.run()
        #expect(Set(rig.step().map(\.kind)) == [.accepted, .replaced])
        #expect(rig.broker.orders.map(\.status) == (keepsNames ? [.working] : [.replaced, .working]))
        rig.ask(.replace, buy(10, 3, limit: Price(99)), replaces: buy(10, 2).id)
        rig.broker.fill(keepsNames ? 0 : 1, Quantity(10))
        rig.run()
        let told = rig.step()
        #expect(told.map(\.kind) == [.rejected, .filled] && told[1].orderId == buy(10, 2).id)
        #expect(rig.broker.orders.count { $0.status == .working } == 0)
    }

    @Test(
        "5: of an order that is changed under its name, what had traded unheard is told once",
        arguments: [0, 4])
    func changedRace(heard: Int) throws {
        var rig = Rig()
        rig.broker.keepsNames = true
        rig.ask(.submit, buy(10, 1, limit: Price(90)))
        rig.run()
        _ = rig.step()
        rig.ask(.replace, buy(12, 2, limit: Price(95)), replaces: buy(10).id)
        rig.broker.fill(0, Quantity(4))
        // The update is quicker than the answer, or is lost with the process.
        if heard > 0 { rig.tell(rig.broker.updates.removeFirst()) }
        try rig.die(withCalls: true)
        rig.run()
        rig.pass(10)
        let told = rig.step()
        #expect(told.compactMap(\.fill).map(\.quantity) == [Quantity(4)])
        #expect(told.compactMap(\.fill).map(\.orderId) == [buy(10, heard > 0 ? 1 : 2).id])
        rig.broker.fill(0, Quantity(8))
        rig.run()
        #expect(rig.step().map(\.kind) == (heard > 0 ? [.filled, .cancelled] : [.filled]))
        #expect(rig.standing.isReconciled && rig.standing.working == 0)
    }

    @Test("5: an order is replaced by one of its kind, and known before is what no exchange takes")
    func objections() {
        var rig = Rig()
        rig.ask(.submit, buy(10, 1, limit: Price(90)))
        rig.run()
        _ = rig.step()
        let changes = [
            buy(10, 2), buy(10, 3, msft, limit: Price(90)), order(.sell, 10, 4, limit: Price(90)),
            buy(10, 5, limit: Price(units: 90_005_000)), buy(0, 6, limit: Price(91)),
        ]
        for change in changes { rig.ask(.replace, change, replaces: buy(10).id) }
        rig.run()
        #expect(rig.step().map(\.kind) == Array(repeating: .rejected, count: changes.count))
        // Where its symbol is frozen it is held back, and the broker has refused nothing.
        rig.broker.tradeByHand(aapl, .buy, Quantity(3))
        rig.run()
        rig.pass(70)
        rig.ask(.replace, buy(12, 7, limit: Price(90)), replaces: buy(10).id)
        rig.run()
        #expect(rig.step().map(\.kind) == [.cancelled])
        #expect(!rig.broker.asked.contains { $0.kind == .replace })
    }

    @Test(
        "12: fills while away are taken with the broker's own ids, and not again when the socket repeats them"
    )
    func away() throws {
        var rig = Rig()
        rig.ask(.submit, buy(10))
        rig.run()
        _ = rig.step()
        for _ in 0..<10 { rig.broker.fill(0, Quantity(1)) }
        let late = rig.broker.updates
        try rig.die(withCalls: false)
        rig.run()
        for update in late { rig.tell(update) }
        rig.run()
        let fills = rig.step().compactMap(\.fill)
        #expect(fills.map(\.id) == rig.broker.activities.map(\.id) && fills.count == 10)
        #expect(rig.standing.isReconciled)
    }

    @Test("24: more traded than was sent is a difference, of an order for an amount of money too")
    func overfill() {
        var rig = rigOfWholeShares()
        let wanted = buyForMoney()
        rig.ask(.submit, wanted)
        rig.run()
        #expect(rig.broker.orders.map(\.quantity) == [Quantity(10)])
        rig.broker.fill(0, Quantity(12))
        rig.run()
        #expect(rig.standing.differences.map(\.kind) == ["order"])
        #expect(rig.step().compactMap(\.fill).map(\.quantity) == [Quantity(12)])
    }
}
