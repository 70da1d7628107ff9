import Domain
import Mesh

/// A computer: all that runs on it loses power at once.
final class SimulatedMachine {
    let name: String
    private var boots = 1

    init(_ name: String) { self.name = name }

    var boot: String { "\(name)-\(boots)" }

    func cutPower() { boots += 1 }
}

/// What a process runs: the nodes of a service, or the supervisor's one.
protocol SimulatedWork: AnyObject {
    func start(at now: Timestamp) throws
    func receive(topic: UnsafeRawBufferPointer, envelope: UnsafeRawBufferPointer, at now: Timestamp) throws
    func wake(at now: Timestamp) throws
    var nextWake: Timestamp { get }
    func close(at now: Timestamp) throws
}

extension Replica: SimulatedWork {}

/// One process: an incarnation of an instance, with its nodes, its clock and its connections.
final class SimulatedProcess {
    enum State { case up, down }

    enum Kind {
        /// It owns one shard for good.
        case owner(ShardState)
        /// It owns the parts that it is granted.
        case replica(of: String)
        case supervisor
    }

    let kind: Kind
    let instance: String
    let index: Int
    let machine: SimulatedMachine
    var state = State.down
    /// Counts the starts: what was on its way to an earlier one does not arrive.
    var incarnation = 0
    var work: (any SimulatedWork)?
    /// What it works on, and worked on; only with a node it still does.
    var allSeats: [Seat] = []
    var clockOffset: Int64 = 0
    var wakeAt: Int64 = .max
    var pausedUntil: Int64 = 0
    /// What arrived while it was paused.
    var backlog: [Packet] = []
    var slowUntil: Int64 = 0
    var onTheWay = 0
    var subscriptions: [[[UInt8]]] = [[], [], [], []]
    var connections: [(lane: Lane, instance: String, address: String, since: Int64)] = []
    var address: String
    /// The number of disk and link operations after which it crashes.
    var crashAfter: Int?
    /// The number of published messages after which it crashes.
    var crashAfterPublished: Int?
    var crashIsPowerCut = false
    var isDying = false
    /// It starts for the first time since its machine lost power.
    var hasLostPower = false

    init(_ kind: Kind, instance: String, index: Int, on machine: SimulatedMachine) {
        self.kind = kind
        self.instance = instance
        self.index = index
        self.machine = machine
        address = instance
    }

    var seats: [Seat] { allSeats.filter { $0.node != nil } }
    var isReplica: Bool { if case .replica = kind { true } else { false } }
    var isSupervisor: Bool { if case .supervisor = kind { true } else { false } }
}

/// A message on the network.
final class Packet {
    let topic: [UInt8]
    let envelope: [UInt8]

    init(topic: [UInt8], envelope: [UInt8]) {
        self.topic = topic
        self.envelope = envelope
    }
}
