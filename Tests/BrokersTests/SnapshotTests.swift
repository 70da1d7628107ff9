import Brokers
import Domain
import Testing

@Suite("What a broker's desk remembers")
struct SnapshotTests {
    @Test("was remembered by the version before it, too: that ends where what is new begins")
    func versionBefore() throws {
        var rig = Rig()
        rig.ask(.submit, buy(10, 1, limit: Price(100)))
        rig.ask(.submit, buy(5, 2, limit: Price(99)))
        rig.run()
        #expect(rig.step().map(\.kind) == [.accepted, .accepted])
        let whole = rig.machine.snapshot()
        var older: [[UInt8]] = []
        for count in 0..<whole.count {
            var desk = DeskMachine<BrokerDesk>(rig.machine.setup)
            guard (try? desk.restore(Array(whole.prefix(count)), version: 4)) != nil else { continue }
            older.append(desk.snapshot())
        }
        // Cut off anywhere else it is none. Nothing of what is new has happened, so it is remembered all the same.
        #expect(older == [whole])
    }
}
