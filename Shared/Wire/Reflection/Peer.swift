import CProtobuf
import Domain

/// Whole envelopes by way of protobuf-c alone: what tests, the fuzzer and the bench hold the codec against.
package struct Peer {
    private let reflection = Reflection()

    package init() {}

    package func encode(_ message: Message) throws -> [UInt8] {
        try reflection.bytes(PeerEnvelope(message), .envelope)
    }

    package func decode(_ bytes: UnsafeRawBufferPointer) throws -> Message {
        try reflection.read(PeerEnvelope.self, .envelope, bytes, 0).message()
    }
}

/// The envelope as a message like any other.
struct PeerEnvelope: Fielded {
    static let name = "Envelope"

    var topic = ""
    var number: UInt64 = 0
    var epoch: UInt64 = 0
    var sentAt = Timestamp.zero
    var originAt = Timestamp.zero
    var sender = ""
    var cause: PeerCause?
    var body: Body?

    init() {}

    init(_ message: Message) {
        topic = message.topic.text
        number = message.number
        epoch = message.epoch
        sentAt = message.sentAt
        originAt = message.originAt
        sender = message.sender
        cause = message.cause.map(PeerCause.init)
        body = message.body
    }

    func message() throws -> Message {
        guard let body else { throw WireError("the envelope has no body") }
        return Message(
            topic: Topic(topic), number: number, epoch: epoch, sentAt: sentAt, originAt: originAt,
            sender: sender,
            cause: cause.map { Cause(topic: Topic($0.topic), epoch: $0.epoch, number: $0.number) }, body: body
        )
    }

    mutating func visit(_ visitor: inout some FieldVisitor) throws {
        try visitor.text(1, "topic", &topic)
        try visitor.count(2, "number", &number)
        try visitor.count(3, "epoch", &epoch)
        try visitor.field(4, "sent_at", &sentAt)
        try visitor.field(5, "origin_at", &originAt)
        try visitor.text(6, "sender", &sender)
        try visitor.message(7, "cause", &cause)
        for kind in BodyKind.allCases { try visit(kind, kind.type, &visitor) }
    }

    private mutating func visit<P: BodyPart>(
        _ kind: BodyKind, _ type: P.Type, _ visitor: inout some FieldVisitor
    ) throws {
        var part = body?.part as? P
        try visitor.message(Int(kind.rawValue), "body", &part)
        if let part { body = part.body }
    }
}

struct PeerCause: Fielded {
    static let name = "Cause"

    var topic = ""
    var epoch: UInt64 = 0
    var number: UInt64 = 0

    init() {}

    init(_ cause: Cause) {
        topic = cause.topic.text
        epoch = cause.epoch
        number = cause.number
    }

    mutating func visit(_ visitor: inout some FieldVisitor) throws {
        try visitor.text(1, "topic", &topic)
        try visitor.count(2, "epoch", &epoch)
        try visitor.count(3, "number", &number)
    }
}
