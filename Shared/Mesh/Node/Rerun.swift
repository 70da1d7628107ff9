import Domain
import Glibc
import Wire

/// Feeds a transcript to a machine again, and holds what the machine sends against what was sent then.
///
/// Recovery is this, and `verify` is this: the one goes on from where it ends, the other stops there.
public final class Rerun<M: Machine> {
    /// The first message that comes out otherwise than it was recorded.
    public struct Difference: Error, CustomStringConvertible {
        public let recorded: Message?
        public let derived: Message?
        public let sequence: UInt64
        public let fields: [FieldDifference]

        public var description: String {
            guard let recorded else {
                return "batch \(sequence): \(name(derived)) is sent today, and nothing was sent then"
            }
            guard derived != nil else {
                return "batch \(sequence): \(name(recorded)) was sent then, and nothing is sent today"
            }
            let changes = fields.map { "\($0.path) was \($0.left), is \($0.right)" }.joined(separator: "; ")
            return "batch \(sequence): \(name(recorded)) differs: \(changes)"
        }

        private func name(_ message: Message?) -> String {
            guard let message else { return "nothing" }
            return "\(message.topic) \(message.epoch)/\(message.number)"
        }
    }

    var shard: Shard<M>
    let codec: Codec
    /// The last settings seen, how many messages were taken and sent.
    public private(set) var taken = 0
    public private(set) var sent = 0
    private var buffer: UnsafeMutableRawBufferPointer = .allocate(byteCount: 4096, alignment: 16)

    /// Called with each command for the edge, with the message that caused it and the number of its batch.
    var onCommand: ((Message, Message, UInt64) throws -> Void)?

    init(shard: Shard<M>, codec: Codec) {
        self.shard = shard
        self.codec = codec
    }

    public init(_ machine: M) {
        shard = Shard(machine: machine)
        codec = Codec()
    }

    deinit { buffer.deallocate() }

    /// Begins at a snapshot instead of at the first message.
    public func restore(_ snapshot: SnapshotFile) throws(SnapshotMismatch) { try shard.restore(snapshot) }

    /// Takes one batch of a transcript again.
    public func absorb(_ header: SegmentHeader, _ batch: [Record], sequence: UInt64) throws {
        shard.epoch = header.epoch
        let first = batch[0]
        let time = Timestamp(nanoseconds: first.time)
        if first.kind == .taken {
            var message = try codec.decode(first.payload)
            shard.receive(&message, at: time)
            taken += 1
            try compare(batch, with: message, sequence: sequence)
        } else {
            for record in batch {
                _ = shard.adopt(
                    try codec.decode(record.payload), isGivenBack: record.kind == .recovered,
                    at: Timestamp(nanoseconds: record.time))
                sent += 1
            }
        }
    }

    private func compare(_ batch: [Record], with cause: Message, sequence: UInt64) throws {
        var next = 1
        let time = Timestamp(nanoseconds: batch[0].time)
        for item in shard.outbox.items where !shard.wasGivenBack(item.body, on: item.topic) {
            let outlet = shard.outlets.find(item.topic)
            let sender = try next < batch.count ? sender(of: batch[next]) : ""
            let derived = shard.message(
                item.body, outlet: outlet, because: cause, origin: item.origin, sender: sender, at: time)
            guard next < batch.count else {
                throw Difference(recorded: nil, derived: derived, sequence: sequence, fields: [])
            }
            try compare(batch[next], with: derived, sequence: sequence)
            next += 1
            if derived.topic.lane == .local { try onCommand?(derived, cause, sequence) }
        }
        guard next < batch.count else { return }
        // The step that the host passed on stands at the end of the batch.
        let recorded = try codec.decode(batch[next].payload)
        guard next == batch.count - 1, case .step(let step) = recorded.body else {
            throw Difference(recorded: recorded, derived: nil, sequence: sequence, fields: [])
        }
        let outlet = shard.outlets.find(recorded.topic)
        let derived = shard.message(
            shard.stepBody(step, outlet: outlet), outlet: outlet, because: cause, sender: recorded.sender,
            at: time)
        try compare(batch[next], with: derived, sequence: sequence)
    }

    private func sender(of record: Record) throws -> String {
        let head = try codec.head(of: record.payload)
        return try codec.name(UnsafeRawBufferPointer(rebasing: record.payload[head.sender]))
    }

    /// Holds one message, byte for byte, against the record of it.
    private func compare(_ record: Record, with derived: Message, sequence: UInt64) throws {
        let size = codec.sizeMax(of: derived)
        if size > buffer.count {
            buffer.deallocate()
            buffer = .allocate(byteCount: size * 2, alignment: 16)
        }
        let count = codec.encode(derived, into: buffer)
        sent += 1
        guard count == record.payload.count,
            memcmp(buffer.baseAddress!, record.payload.baseAddress!, count) == 0
        else {
            let recorded = try codec.decode(record.payload)
            throw Difference(
                recorded: recorded, derived: derived, sequence: sequence,
                fields: differences(recorded, derived))
        }
    }
}
