import Brokers
import Domain
import Testing

@Suite("What a broker's desk remembers")
struct SnapshotTests {
    @Test("was remembered by the versions before it, too: each ends where what is new begins")
    func versionBefore() throws {
        var rig = Rig()
        // What they were asked for after is remembered since version 6.
        rig.market = .zero
        rig.ask(.submit, buy(10, 1, limit: Price(100)))
        rig.ask(.submit, buy(5, 2, limit: Price(99)))
        rig.market = dawn
        rig.run()
        #expect(rig.step().map(\.kind) == [.accepted, .accepted])
        let whole = rig.machine.snapshot()
        var older: [[UInt8]] = []
        for count in 0..<whole.count {
            // Cut off anywhere but where a version before it ended it is none, and is refused.
            var desk = DeskMachine<BrokerDesk>(rig.machine.setup)
            guard (try? desk.restore(Array(whole.prefix(count)), version: 4)) != nil else { continue }
            older.append(desk.snapshot())
        }
        // Nothing of what is new has happened, so all the same is remembered.
        #expect(older == [whole, whole])
    }
}
