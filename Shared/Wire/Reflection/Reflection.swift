import CProtobuf
import Domain

/// Bodies by way of protobuf-c: a value becomes a C struct in an arena and is packed, and the other way round.
final class Reflection {
    private let arena = Arena()
    /// The descriptors of the bodies, by their field of the envelope.
    private var bodies: [Descriptor?] = []
    /// The order of a verdict, whose other parts are written by hand.
    private var order: Descriptor?

    init() {
        for field in Descriptor.envelope.fields {
            while bodies.count <= Int(field.id) { bodies.append(nil) }
            bodies[Int(field.id)] = Field(field: field).message
        }
        order = (try? descriptor(.verdict))?.field(2)?.message
    }

    private func descriptor(_ kind: BodyKind) throws(WireError) -> Descriptor {
        guard bodies.indices.contains(Int(kind.rawValue)), let descriptor = bodies[Int(kind.rawValue)] else {
            throw WireError("the envelope in Proto/ has no body \(kind)")
        }
        return descriptor
    }

    /// Writes a body's tag, length and bytes.
    func write<P: BodyPart>(_ part: P, _ writer: inout WireWriter, capacity: Int) {
        defer { arena.reset() }
        do {
            let message = try StructWriter.write(part, try descriptor(P.kind), arena)
            let size = protobuf_c_message_get_packed_size(message)
            precondition(capacity - writer.length >= size + varintMax, "the buffer does not hold sizeMax")
            writer.varint(UInt64(P.kind.rawValue) << 3 | 2)
            writer.varint(UInt64(size))
            writer.write(size) { place in
                _ = protobuf_c_message_pack(message, place.assumingMemoryBound(to: UInt8.self))
            }
        } catch {
            // Only a type that differs from its .proto comes here, and a test holds them all together.
            preconditionFailure("\(error)")
        }
    }

    /// Writes an order as a part of another message: tag, length and bytes.
    func write(_ part: Order, _ tag: UInt8, _ writer: inout WireWriter) {
        defer { arena.reset() }
        guard let order, let message = try? StructWriter.write(part, order, arena) else {
            // Only a type that differs from its .proto comes here, and a test holds them all together.
            preconditionFailure("Verdict.order differs from Proto/")
        }
        let size = protobuf_c_message_get_packed_size(message)
        writer.byte(tag)
        writer.varint(UInt64(size))
        writer.write(size) { place in
            _ = protobuf_c_message_pack(message, place.assumingMemoryBound(to: UInt8.self))
        }
    }

    /// Reads a body; `offset` is where it stands in the message.
    func read(_ kind: BodyKind, _ bytes: UnsafeRawBufferPointer, at offset: Int) throws(WireError) -> Body {
        try read(kind.type, kind, bytes, offset)
    }

    private func read<P: BodyPart>(
        _ type: P.Type, _ kind: BodyKind, _ bytes: UnsafeRawBufferPointer, _ offset: Int
    ) throws(WireError) -> Body {
        try read(type, try descriptor(kind), bytes, offset).body
    }

    func read<M: Fielded>(
        _ type: M.Type, _ descriptor: Descriptor, _ bytes: UnsafeRawBufferPointer, _ offset: Int
    ) throws(WireError) -> M {
        defer { arena.reset() }
        guard
            let message = protobuf_c_message_unpack(
                descriptor.type, arena.allocator, bytes.count,
                bytes.baseAddress?.assumingMemoryBound(to: UInt8.self))
        else {
            throw WireError("the bytes from \(offset) to \(offset + bytes.count) are no \(descriptor.name)")
        }
        do {
            return try StructReader.read(type, message)
        } catch let error as WireError {
            throw error
        } catch {
            throw WireError("\(error)")
        }
    }

    /// The bytes of a value of any type, alone.
    func bytes<M: Fielded>(_ value: M, _ descriptor: Descriptor) throws -> [UInt8] {
        defer { arena.reset() }
        let message = try StructWriter.write(value, descriptor, arena)
        return [UInt8](unsafeUninitializedCapacity: protobuf_c_message_get_packed_size(message)) {
            buffer, count in
            count = buffer.baseAddress.map { protobuf_c_message_pack(message, $0) } ?? 0
        }
    }
}
