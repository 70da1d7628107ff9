/// Where a machine of trading meets the messages of the mesh: it hands them to the typed machine that a backtest hands
/// its figures to, and puts what comes of it in the outbox.
///
/// It is a class, because what it keeps (an exchange's books, a ledger, the windows of strategies) lies in memory of its
/// own that is moved and never copied; `DeskMachine` makes a value of it.
public protocol Desk: AnyObject {
    /// What it is made of, from the settings: never part of a snapshot.
    associatedtype Setup
    init(_ setup: Setup)

    func receive(_ message: Message, at now: Timestamp, _ outbox: inout Outbox)

    /// An older snapshot is one that ends earlier: what was added since stands behind it.
    static var snapshotVersion: UInt32 { get }
    /// Goes over everything that has changed since the start, and writes it or puts what was written in its place.
    func remember(_ walk: inout SnapshotWalk) throws(SnapshotMismatch)

    /// As a machine's: what beats tell of it.
    var figures: [Figure] { get }
}

extension Desk {
    public var figures: [Figure] { [] }
}

/// A desk as a machine, which is a value: a copy goes its own way. It copies what the desk remembers when the first of
/// two copies goes on, which a host never needs.
public struct DeskMachine<D: Desk>: Machine {
    public let setup: D.Setup
    package private(set) var desk: D

    public init(_ setup: D.Setup) {
        self.setup = setup
        desk = D(setup)
    }

    public var figures: [Figure] { desk.figures }

    public mutating func receive(_ message: Message, at now: Timestamp, _ outbox: inout Outbox) {
        if !isKnownUniquelyReferenced(&desk) { part() }
        desk.receive(message, at: now, &outbox)
    }

    /// Looks at the desk, for tests and the simulator.
    package func look<T>(_ body: (D) -> T) -> T { body(desk) }

    public static var snapshotVersion: UInt32 { D.snapshotVersion }

    public func snapshot() -> [UInt8] {
        var walk = SnapshotWalk()
        // Writing cannot fail: only what is read can be something else than it should be.
        do { try desk.remember(&walk) } catch {
            preconditionFailure("a desk could not be written: \(error)")
        }
        return walk.bytes
    }

    public mutating func restore(_ bytes: [UInt8], version: UInt32) throws(SnapshotMismatch) {
        guard (1...D.snapshotVersion).contains(version) else {
            throw SnapshotMismatch(
                "a snapshot of \(D.self) has version \(version), where \(D.snapshotVersion) is known")
        }
        let fresh = D(setup)
        var walk = SnapshotWalk(bytes)
        try fresh.remember(&walk)
        guard walk.isAtEnd else {
            throw SnapshotMismatch("the snapshot of \(D.self) goes on after its end")
        }
        desk = fresh
    }

    private mutating func part() {
        do {
            try restore(snapshot(), version: D.snapshotVersion)
        } catch {
            preconditionFailure("a desk cannot become what it has just written: \(error)")
        }
    }
}
