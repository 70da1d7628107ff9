import Domain
import Mesh

/// One record of a message: its owner's, or that of a service which took it.
package struct Copy {
    package let message: Message
    /// `historian/all`.
    package let shard: String
    package let segment: String
    package let batch: UInt64
    package let kind: Record.Kind
    package let time: Timestamp
    /// The message that its batch began with, where another one did: what brought it about, as it was taken.
    package var batchCause: Message?

    package init(
        message: Message, shard: String, segment: String, batch: UInt64, kind: Record.Kind, time: Timestamp,
        batchCause: Message? = nil
    ) {
        self.message = message
        self.shard = shard
        self.segment = segment
        self.batch = batch
        self.kind = kind
        self.time = time
        self.batchCause = batchCause
    }

    package var name: Cause { message.asCause }
    package var service: Substring { shard.prefix { $0 != "/" } }
    package var isSent: Bool { kind == .sent || kind == .recovered }
}
