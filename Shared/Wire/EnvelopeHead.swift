import Domain

/// The frame of a message: everything but the body, with texts as ranges of the bytes that it was read from.
public struct EnvelopeHead: Sendable {
    public var number: UInt64 = 0
    public var epoch: UInt64 = 0
    public var sentAt = Timestamp(nanoseconds: 0)
    public var originAt = Timestamp(nanoseconds: 0)
    public var topic: Range<Int> = 0..<0
    public var sender: Range<Int> = 0..<0
    public var hasCause = false
    public var causeTopic: Range<Int> = 0..<0
    public var causeEpoch: UInt64 = 0
    public var causeNumber: UInt64 = 0
    /// The field of the envelope that carries the body: the raw value of a `BodyKind` if it is one we know.
    public var bodyField: UInt32 = 0
    public var body: Range<Int> = 0..<0
}

extension EnvelopeHead {
    /// The last field number that the envelope keeps for itself; from the next one on a nested message is a body.
    static let ownFieldMax: UInt32 = 15
    private static let knownFieldMax: UInt32 = 7

    /// Reads a frame. Fields may come in any order; of a repeated one the last counts, as in protobuf-c. Two
    /// causes or two bodies are refused: protobuf would merge them, and no one says two things in one message.
    ///
    /// Not an initialiser: copying the frame right after its fields were stored one by one costs 10 ns, because
    /// the wide loads of the copy wait for the narrow stores.
    @inline(__always)
    mutating func read(_ reader: inout WireReader) throws(WireError) {
        // The order in which every writer writes them, without a jump for each; the loop takes what differs.
        if reader.takes(0x0A) { topic = try reader.span() }
        if reader.takes(0x10) { number = try reader.varint() }
        if reader.takes(0x18) { epoch = try reader.varint() }
        if reader.takes(0x21) { sentAt = Timestamp(nanoseconds: try reader.fixed64()) }
        if reader.takes(0x29) { originAt = Timestamp(nanoseconds: try reader.fixed64()) }
        if reader.takes(0x32) { sender = try reader.span() }
        while !reader.isAtEnd {
            let tag = try reader.tag()
            switch tag {
            case 0x0A: topic = try reader.span()
            case 0x10: number = try reader.varint()
            case 0x18: epoch = try reader.varint()
            case 0x21: sentAt = Timestamp(nanoseconds: try reader.fixed64())
            case 0x29: originAt = Timestamp(nanoseconds: try reader.fixed64())
            case 0x32: sender = try reader.span()
            case 0x3A: try readCause(&reader)
            default:
                guard tag & 7 == 2, tag >> 3 > Self.ownFieldMax else {
                    let isBody = BodyKind(rawValue: tag >> 3) != nil
                    try reader.skip(tag, unlessKnownUpTo: isBody ? .max : Self.knownFieldMax)
                    continue
                }
                guard bodyField == 0 else { throw .malformed("there is a second body", at: reader.offset) }
                bodyField = tag >> 3
                body = try reader.span()
            }
        }
        guard bodyField != 0 else { throw .malformed("the message ends without a body", at: reader.offset) }
    }

    private mutating func readCause(_ reader: inout WireReader) throws(WireError) {
        guard !hasCause else { throw .malformed("there is a second cause", at: reader.offset) }
        hasCause = true
        let range = try reader.span()
        var cause = reader.part(range)
        while !cause.isAtEnd {
            let tag = try cause.tag()
            switch tag {
            case 0x0A: causeTopic = try cause.span()
            case 0x10: causeEpoch = try cause.varint()
            case 0x18: causeNumber = try cause.varint()
            default: try cause.skip(tag, unlessKnownUpTo: 3)
            }
        }
    }
}
