import Domain
import Mesh

/// One record of a message: its owner's, or that of a service which took it.
struct Copy {
    let message: Message
    /// `historian/all`.
    let shard: String
    let segment: String
    let batch: UInt64
    let kind: Record.Kind
    let time: Timestamp
    /// The message that its batch began with, where another one did: what brought it about, as it was taken.
    var batchCause: Message?

    var name: Cause { message.asCause }
    var service: Substring { shard.prefix { $0 != "/" } }
    var isSent: Bool { kind == .sent || kind == .recovered }
}
