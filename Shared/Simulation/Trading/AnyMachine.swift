import Brokers
import Domain

/// A machine of any kind, so that the nodes of different services stand in one row.
struct AnyMachine: Machine {
    private var machine: any Machine

    init(_ machine: some Machine) { self.machine = machine }

    /// What a broker's desk takes to be so.
    var brokerBelief: BrokerBelief? {
        (machine as? DeskMachine<BrokerDesk>)?.look(\.belief)
            ?? (machine as? FaultyMachine)?.inner.brokerBelief
    }

    mutating func receive(_ message: Message, at now: Timestamp, _ outbox: inout Outbox) {
        machine.receive(message, at: now, &outbox)
    }

    static var snapshotVersion: UInt32 { 1 }

    func snapshot() -> [UInt8] {
        var writer = SnapshotWriter()
        writer.put(type(of: machine).snapshotVersion)
        writer.put(machine.snapshot())
        return writer.bytes
    }

    mutating func restore(_ bytes: [UInt8], version: UInt32) throws(SnapshotMismatch) {
        var reader = SnapshotReader(bytes)
        let version = UInt32(truncatingIfNeeded: try reader.integer())
        try machine.restore(try reader.blob(), version: version)
    }
}

/// The machine of a feed: what it sends comes from the world.
struct Bringer: Machine {
    static var snapshotVersion: UInt32 { 1 }
    mutating func receive(_ message: Message, at now: Timestamp, _ outbox: inout Outbox) {}
    func snapshot() -> [UInt8] { [] }
    mutating func restore(_ bytes: [UInt8], version: UInt32) throws(SnapshotMismatch) {}
}
