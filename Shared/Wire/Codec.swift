import Domain

/// Encodes and decodes envelopes; owns its memory and its table of interned names, so there is one a thread.
///
/// The frame and the frequent bodies (bar, quote, trade, tick) are written and read by hand, without an
/// allocation; all other bodies go through protobuf-c and its descriptors. A text cannot hold a NUL, because C's
/// strings end there: encoding writes U+FFFD in its place, decoding refuses it.
public final class Codec {
    private let names = NameTable()
    private let reflection = Reflection()

    /// Where a message is put together.
    private let place = UnsafeMutablePointer<Message>.allocate(capacity: 1)
    private let body: UnsafeMutablePointer<Body>

    /// Whether an approved verdict is read without its checks: to read 27 of them costs more than all else of a message, and
    /// who acts upon an approval does not ask for them. They stand in the bytes all the same.
    public var leavesOutPassedChecks = false

    public init() {
        body = place.pointer(to: \.body).unsafelyUnwrapped
    }

    deinit { place.deallocate() }

    /// An upper bound of the encoded size.
    public func sizeMax(of message: Message) -> Int {
        sizeMax(of: message.body, on: message.topic, sender: message.sender, cause: message.cause)
    }

    /// The same for a message that is there in parts.
    public func sizeMax(of body: Body, on topic: Topic, sender: String, cause: Cause?) -> Int {
        var size = Self.frameSizeMax(topic, sender, cause)
        switch body {
        case .bar, .quote, .trade, .tick: size += Self.shortBodySizeMax
        case .unknown(_, let bytes): size += bytes.count
        default:
            guard let part = body.part else { break }
            size += SizeBound.of(part)
        }
        return size
    }

    /// Writes the envelope and gives its length. The buffer must hold `sizeMax(of:)` bytes. Never allocates for
    /// bar, quote, trade and tick.
    public func encode(_ message: Message, into buffer: UnsafeMutableRawBufferPointer) -> Int {
        encode(
            message.body, on: message.topic, number: message.number, epoch: message.epoch,
            sentAt: message.sentAt, originAt: message.originAt, sender: message.sender, cause: message.cause,
            into: buffer)
    }

    /// The same for a message that is there in parts: to put it together first is to copy and retain all of them.
    public func encode(
        _ body: Body, on topic: Topic, number: UInt64, epoch: UInt64, sentAt: Timestamp, originAt: Timestamp,
        sender: String, cause: Cause?, into buffer: UnsafeMutableRawBufferPointer
    ) -> Int {
        guard let start = buffer.baseAddress else { preconditionFailure("the buffer is empty") }
        let frame = Self.frameSizeMax(topic, sender, cause)
        precondition(
            buffer.count >= frame + Self.shortBodySizeMax
                || buffer.count >= sizeMax(of: body, on: topic, sender: sender, cause: cause))
        var writer = WireWriter(start)
        writer.text(0x0A, topic.text)
        writer.count(0x10, number)
        writer.count(0x18, epoch)
        writer.fixed64(0x21, sentAt.nanoseconds)
        writer.fixed64(0x29, originAt.nanoseconds)
        writer.text(0x32, sender)
        if let cause { write(cause, &writer) }
        switch body {
        case .bar(let bar): writer.short(0x0182) { bar.write(&$0) }
        case .quote(let quote): writer.short(0x018A) { quote.write(&$0) }
        case .trade(let trade): writer.short(0x0192) { trade.write(&$0) }
        case .tick(let tick): writer.short(0x04CA) { tick.write(&$0) }
        case .verdict(let verdict): verdict.write(&writer, by: reflection)
        case .unknown(let field, let bytes):
            precondition(field > EnvelopeHead.ownFieldMax && field < 1 << 29, "\(field) is no body's field")
            precondition(buffer.count - writer.length >= bytes.count + 2 * varintMax)
            writer.varint(UInt64(field) << 3 | 2)
            writer.varint(UInt64(bytes.count))
            bytes.withUnsafeBytes { writer.bytes($0) }
        default:
            if let part = body.part { reflection.write(part, &writer, capacity: buffer.count) }
        }
        return writer.length
    }

    public func encode(_ message: Message) -> [UInt8] {
        [UInt8](unsafeUninitializedCapacity: sizeMax(of: message)) { buffer, count in
            count = encode(message, into: UnsafeMutableRawBufferPointer(buffer))
        }
    }

    /// The whole message. A body of an unknown field becomes `Body.unknown`, and encoding that gives it back.
    public func decode(_ bytes: UnsafeRawBufferPointer) throws(WireError) -> Message {
        try decode(bytes, head: try head(of: bytes))
    }

    /// The same where the frame has been read already; it has to be that of these bytes.
    public func decode(_ bytes: UnsafeRawBufferPointer, head: EnvelopeHead) throws(WireError) -> Message {
        let reader = WireReader(bytes)
        let topic = try topic(head.topic, reader)
        let sender = try name(head.sender, reader)
        let cause = try cause(head, reader)
        // Into a place of our own and then moved out: a message that is built as a value is copied, and its names
        // retained and released, on the way to the caller. That costs 25 ns of 90.
        try read(head, reader, into: body)
        place.pointer(to: \.topic).unsafelyUnwrapped.initialize(to: topic)
        place.pointer(to: \.number).unsafelyUnwrapped.initialize(to: head.number)
        place.pointer(to: \.epoch).unsafelyUnwrapped.initialize(to: head.epoch)
        place.pointer(to: \.sentAt).unsafelyUnwrapped.initialize(to: head.sentAt)
        place.pointer(to: \.originAt).unsafelyUnwrapped.initialize(to: head.originAt)
        place.pointer(to: \.sender).unsafelyUnwrapped.initialize(to: sender)
        place.pointer(to: \.cause).unsafelyUnwrapped.initialize(to: cause)
        return place.move()
    }

    /// Puts the message in place of another: 8 ns less than to be given one, for whoever reads one after another.
    /// Bytes that are no message leave a mixture of both behind.
    public func decode(_ bytes: UnsafeRawBufferPointer, into message: inout Message) throws(WireError) {
        if try decodePlain(WireReader(bytes), into: &message) { return }
        try decode(bytes, head: try head(of: bytes), into: &message)
    }

    /// The straight way for what every writer writes of the frequent bodies: all fields in order, no cause, short
    /// texts. Without a frame that is put together first and then taken apart, it saves a quarter of the time. False
    /// for any other message, and then nothing is decided about it.
    @inline(__always)
    private func decodePlain(_ bytes: WireReader, into message: inout Message) throws(WireError) -> Bool {
        var reader = bytes
        guard reader.takes(0x0A), let topic = reader.shortSpan(), reader.takes(0x10),
            let number = reader.shortVarint(), reader.takes(0x18), let epoch = reader.shortVarint(),
            reader.isRun(of: 2, from: 0x21)
        else { return false }
        let times = reader
        reader.passRun(of: 2)
        guard reader.takes(0x32), let sender = reader.shortSpan(), let kind = reader.lastShortBody(),
            topic.count <= Topic.lengthMax
        else { return false }
        try put(topic, reader, into: &message.topic.text)
        try put(sender, reader, into: &message.sender)
        if message.cause != nil { message.cause = nil }
        message.body.forget()
        try withUnsafeMutablePointer(to: &message.body) { body throws(WireError) in
            switch kind {
            case .bar: try Bar.read(reader, into: body)
            case .quote: try Quote.read(reader, into: body)
            case .trade: try Trade.read(reader, into: body)
            }
        }
        message.number = number
        message.epoch = epoch
        message.sentAt = Timestamp(nanoseconds: times.runValue(0))
        message.originAt = Timestamp(nanoseconds: times.runValue(1))
        return true
    }

    /// The same where the frame has been read already; it has to be that of these bytes.
    public func decode(
        _ bytes: UnsafeRawBufferPointer, head: EnvelopeHead, into message: inout Message
    ) throws(WireError) {
        let reader = WireReader(bytes)
        guard head.topic.count <= Topic.lengthMax else { throw Self.longTopic(head.topic) }
        try put(head.topic, reader, into: &message.topic.text)
        try put(head.sender, reader, into: &message.sender)
        if head.hasCause || message.cause != nil { message.cause = try cause(head, reader) }
        message.body.forget()
        try withUnsafeMutablePointer(to: &message.body) { body throws(WireError) in
            try read(head, reader, into: body)
        }
        message.number = head.number
        message.epoch = head.epoch
        message.sentAt = head.sentAt
        message.originAt = head.originAt
    }

    /// Reads the body to where nothing is yet.
    @inline(__always)
    private func read(
        _ head: EnvelopeHead, _ reader: WireReader, into body: UnsafeMutablePointer<Body>
    ) throws(WireError) {
        var part = reader.part(head.body)
        switch head.bodyField {
        case BodyKind.bar.rawValue: try Bar.read(part, into: body)
        case BodyKind.quote.rawValue: try Quote.read(part, into: body)
        case BodyKind.trade.rawValue: try Trade.read(part, into: body)
        case BodyKind.tick.rawValue: body.initialize(to: .tick(try Tick(reading: &part)))
        default: body.initialize(to: try otherBody(head, reader))
        }
    }

    public func decode(_ bytes: [UInt8]) throws(WireError) -> Message {
        try bytes.withUnsafeBufferPointer { buffer throws(WireError) in
            try decode(UnsafeRawBufferPointer(buffer))
        }
    }

    /// The frame only, the body left alone: enough to check numbers.
    public func head(of bytes: UnsafeRawBufferPointer) throws(WireError) -> EnvelopeHead {
        var reader = WireReader(bytes)
        var head = EnvelopeHead()
        try head.read(&reader)
        return head
    }

    /// A String for these bytes, with the same storage each time, so that a name that is known costs no
    /// allocation. The table is bounded. Text that is not UTF-8, or holds a NUL, is an error.
    public func name(_ bytes: UnsafeRawBufferPointer) throws(WireError) -> String {
        guard let start = bytes.baseAddress, bytes.count > 0 else { return "" }
        guard let name = names.name(start, bytes.count) else {
            throw WireError("a name of \(bytes.count) bytes is not UTF-8 or holds a NUL")
        }
        return name
    }

    @inline(never)
    private func otherBody(_ head: EnvelopeHead, _ reader: WireReader) throws(WireError) -> Body {
        let bytes = reader.bytes(head.body)
        guard let kind = BodyKind(rawValue: head.bodyField) else {
            return .unknown(field: head.bodyField, bytes: [UInt8](bytes))
        }
        let read = kind == .verdict && leavesOutPassedChecks ? Verdict.beforeChecks(bytes) : bytes
        return try reflection.read(kind, read, at: head.body.lowerBound)
    }

    @inline(__always)
    private func cause(_ head: EnvelopeHead, _ reader: WireReader) throws(WireError) -> Cause? {
        guard head.hasCause else { return nil }
        return Cause(
            topic: try topic(head.causeTopic, reader), epoch: head.causeEpoch, number: head.causeNumber)
    }

    @inline(__always)
    private func topic(_ range: Range<Int>, _ reader: WireReader) throws(WireError) -> Topic {
        guard range.count <= Topic.lengthMax else { throw Self.longTopic(range) }
        return Topic(try name(range, reader))
    }

    @inline(__always)
    private func name(_ range: Range<Int>, _ reader: WireReader) throws(WireError) -> String {
        let bytes = reader.bytes(range)
        guard let start = bytes.baseAddress, bytes.count > 0 else { return "" }
        guard let name = names.name(start, bytes.count) else { throw Self.badText(range) }
        return name
    }

    @inline(__always)
    private func put(_ range: Range<Int>, _ reader: WireReader, into text: inout String) throws(WireError) {
        let bytes = reader.bytes(range)
        guard let start = bytes.baseAddress, bytes.count > 0 else { return text = "" }
        guard names.put(start, bytes.count, into: &text) else { throw Self.badText(range) }
    }

    private static func longTopic(_ range: Range<Int>) -> WireError {
        .malformed("a topic is longer than 120 bytes", at: range.lowerBound)
    }

    private static func badText(_ range: Range<Int>) -> WireError {
        .malformed("a text is not UTF-8 or holds a NUL", at: range.lowerBound)
    }

    private static let shortBodySizeMax = 128 + 2 * varintMax

    @inline(__always)
    private static func frameSizeMax(_ topic: Topic, _ sender: String, _ cause: Cause?) -> Int {
        // Two counts, two times, the cause's tag, length and two counts, the body's tag and length.
        var size = 9 * (1 + varintMax) + topic.text.wireSizeMax + sender.wireSizeMax
        if let cause { size += cause.topic.text.wireSizeMax }
        return size
    }

    @inline(__always)
    private func write(_ cause: Cause, _ writer: inout WireWriter) {
        writer.nested(0x3A) { writer in
            writer.text(0x0A, cause.topic.text)
            writer.count(0x10, cause.epoch)
            writer.count(0x18, cause.number)
        }
    }
}

extension Body {
    /// Becomes a body without anything to release, so that another can be put over it.
    @inline(__always)
    fileprivate mutating func forget() {
        switch self {
        case .bar, .quote, .trade, .tick: break
        default: self = .tick(Tick())
        }
    }
}
