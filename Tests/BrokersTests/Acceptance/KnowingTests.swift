import Brokers
import Domain
import Testing

/// What is known before anything leaves. The numbers are those of docs/brokers.md.
@Suite("A broker's desk, before it sends")
struct KnowingTests {
    @Test(
        "17: what is known before is not sent",
        arguments: [
            "sub-penny", "not shortable", "buying power", "halted", "closed", "parts", "too late",
        ])
    func known(what: String) {
        var rig = Rig()
        var asset = BrokerAsset(symbol: aapl, isTradable: true, isShortable: true, isFractionable: true)
        var wanted = buy(10, 1, limit: Price(100))
        switch what {
        case "sub-penny": wanted.limit = Price(units: 100_005_000)
        case "not shortable":
            asset.isShortable = false
            wanted = order(.sell, 10, 1)
        case "buying power": wanted = buy(10_000, 1, limit: Price(100))
        case "halted": asset.isTradable = false
        case "closed":
            rig.broker.isOpen = false
            wanted.timeInForce = .immediateOrCancel
        case "parts":
            asset.isFractionable = false
            wanted.quantity = Quantity(units: Quantity.scale / 2)
        default: wanted.validUntil = rig.market - 1
        }
        rig = Rig(begins: false)
        rig.broker.assets = [aapl: asset]
        rig.broker.isOpen = what != "closed"
        _ = rig.step()
        rig.tell(BrokerNews(kind: .began, at: rig.clock))
        rig.run()
        rig.ask(.submit, wanted)
        rig.run()
        let told = rig.step()
        #expect(told.map(\.kind) == [what == "too late" ? .expired : .rejected], "\(what)")
        #expect(rig.broker.orders.isEmpty && !told[0].explanation.isEmpty)
    }

    @Test("17: what may be done with a symbol is asked again after a while, where nobody answers")
    func assetsWithoutAnswer() {
        var rig = Rig(begins: false)
        rig.faults = Array(repeating: .requestLost, count: 2_000)
        rig.tell(BrokerNews(kind: .began, at: rig.clock))
        rig.tell(BrokerNews(kind: .connected, at: rig.clock))
        rig.run()
        rig.pass(60)
        let asked = rig.broker.asked.count { $0.kind == .asset }
        #expect(asked >= 2 && asked < 40)
        rig.faults = []
        rig.pass(120)
        #expect(rig.standing.isReconciled)
        rig.ask(.submit, buy(5))
        rig.run()
        #expect(rig.step().map(\.kind) == [.accepted])
    }

    @Test("18: a clock that is wrong is told, and nothing is ready until it is right")
    func skew() {
        var rig = Rig(begins: false)
        rig.broker.skew = 10 * Nanoseconds.second
        rig.tell(BrokerNews(kind: .began, at: rig.clock))
        rig.run()
        #expect(!rig.standing.isReconciled && rig.alarms.contains { $0.code == "clock" })
        rig.broker.skew = 0
        rig.pass(70)
        #expect(rig.standing.isReconciled)
    }
}
