import Domain
import Mesh

/// A service of the simulated trading mesh: its folder, and its node while it is up.
final class TradingMember {
    let settings: NodeSettings
    let index: Int
    let disk: SimulatedDisk
    private let make: () -> AnyMachine
    var makeEdge: () -> any Edge = { NoEdge() }
    private(set) var node: Node<AnyMachine>?
    /// Counts the starts: what was on its way to an earlier one does not arrive.
    private(set) var incarnation = 0
    private var boots = 1
    var subscriptions: [Lane: [[UInt8]]] = [:]
    var wakeAt = Int64.max
    var pausedUntil: Int64 = 0
    /// After so many operations on disk and network it dies.
    var operationsLeft: Int?
    private(set) var isDying = false

    init(_ settings: NodeSettings, index: Int, make: @escaping () -> AnyMachine) {
        self.settings = settings
        self.index = index
        self.make = make
        disk = SimulatedDisk(place: settings.service)
    }

    var isUp: Bool { node != nil }

    /// A new process, which has yet to be told to start.
    func open(_ link: (TradingMember) -> any Link) {
        incarnation += 1
        isDying = false
        subscriptions = [:]
        wakeAt = .max
        pausedUntil = 0
        disk.onOperation = { [unowned self] in operate() }
        node = Node(
            make(), settings, disk: disk, link: link(self), edge: makeEdge(),
            identity: Transcript.Identity(
                service: settings.service, shard: settings.shard, instance: settings.instance,
                boot: "\(settings.instance)-\(boots)"))
    }

    /// Called before each operation: the moment for a crash. What is done after it has no effect.
    func operate() {
        guard let left = operationsLeft, !isDying else { return }
        operationsLeft = left - 1
        if left <= 0 { die() }
    }

    func die() {
        isDying = true
        disk.freeze()
    }

    /// The process is gone; with `power` also what was not synced.
    func end(power: ((SimulatedDisk) -> Void)? = nil) {
        disk.freeze()
        node = nil
        incarnation += 1
        operationsLeft = nil
        isDying = false
        disk.onOperation = nil
        disk.thaw()
        guard let power else { return }
        boots += 1
        power(disk)
    }

    func wants(_ topic: [UInt8], _ lane: Lane) -> Bool {
        subscriptions[lane]?.contains { topic.starts(with: $0) } ?? false
    }

    /// Every batch of its transcript, in order.
    func walk(_ take: ([Record]) throws -> Void) throws {
        // The run is over: nothing that is read dies of it.
        operationsLeft = nil
        _ = try TranscriptFolder(disk, boot: "\(settings.instance)-\(boots)").walk { _, batch in
            try take(batch)
        }
    }
}
