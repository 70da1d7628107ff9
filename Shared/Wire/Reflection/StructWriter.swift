import CProtobuf
import Domain

/// Fills a C struct of protobuf-c from a value, by the descriptor of its type.
struct StructWriter: FieldVisitor {
    private let place: UnsafeMutableRawPointer
    private let arena: Arena
    private var cursor: FieldCursor

    private init(_ descriptor: Descriptor, _ arena: Arena) {
        self.arena = arena
        cursor = FieldCursor(descriptor)
        place = descriptor.make(in: arena)
    }

    /// The struct of a value, with all that it points to, in the arena.
    static func write<M: Fielded>(
        _ value: M, _ descriptor: Descriptor, _ arena: Arena
    ) throws -> UnsafeMutablePointer<ProtobufCMessage> {
        var writer = StructWriter(descriptor, arena)
        var value = value
        try value.visit(&writer)
        return writer.place.assumingMemoryBound(to: ProtobufCMessage.self)
    }

    private func store<T: BitwiseCopyable>(_ value: T, at offset: Int) {
        place.storeBytes(of: value, toByteOffset: offset, as: T.self)
    }

    /// Says that an optional field is there.
    private func mark(_ field: Field, _ number: Int) {
        if field.isOneof { store(UInt32(number), at: field.quantifier) }
    }

    /// Stores the elements of a repeated field.
    private func store<T: BitwiseCopyable>(_ elements: some Collection<T>, of field: Field) {
        guard elements.count > 0 else { return }
        let block = arena.block(elements.count * MemoryLayout<T>.stride)
        for (index, element) in elements.enumerated() {
            block.storeBytes(of: element, toByteOffset: index * MemoryLayout<T>.stride, as: T.self)
        }
        store(elements.count, at: field.quantifier)
        store(block, at: field.offset)
    }

    mutating func fixed(_ number: Int, _ name: StaticString, _ value: inout Int64, _ unit: FixedUnit) throws {
        let field = try cursor.field(number, name, PROTOBUF_C_TYPE_SFIXED64)
        store(value, at: field.offset)
    }

    mutating func fixed(_ number: Int, _ name: StaticString, _ value: inout Int64?, _ unit: FixedUnit) throws
    {
        let field = try cursor.field(number, name, PROTOBUF_C_TYPE_SFIXED64)
        guard let value else { return }
        mark(field, number)
        store(value, at: field.offset)
    }

    mutating func count(_ number: Int, _ name: StaticString, _ value: inout UInt64) throws {
        store(value, at: try cursor.field(number, name, PROTOBUF_C_TYPE_UINT64).offset)
    }

    mutating func double(_ number: Int, _ name: StaticString, _ value: inout Double) throws {
        store(value, at: try cursor.field(number, name, PROTOBUF_C_TYPE_DOUBLE).offset)
    }

    mutating func doubles(_ number: Int, _ name: StaticString, _ value: inout [Double]) throws {
        store(value, of: try cursor.field(number, name, PROTOBUF_C_TYPE_DOUBLE, repeated: true))
    }

    mutating func flag(_ number: Int, _ name: StaticString, _ value: inout Bool) throws {
        let flag: protobuf_c_boolean = value ? 1 : 0
        store(flag, at: try cursor.field(number, name, PROTOBUF_C_TYPE_BOOL).offset)
    }

    mutating func text(_ number: Int, _ name: StaticString, _ value: inout String) throws {
        let field = try cursor.field(number, name, PROTOBUF_C_TYPE_STRING)
        if !value.isEmpty { store(string(value), at: field.offset) }
    }

    mutating func texts(_ number: Int, _ name: StaticString, _ value: inout [String]) throws {
        let field = try cursor.field(number, name, PROTOBUF_C_TYPE_STRING, repeated: true)
        store(value.lazy.map(string), of: field)
    }

    mutating func symbol(_ number: Int, _ name: StaticString, _ value: inout Symbol) throws {
        let field = try cursor.field(number, name, PROTOBUF_C_TYPE_STRING)
        let length = value.wireLength
        guard length > 0 else { return }
        let block = arena.block(Symbol.lengthMax + 1)
        withUnsafeBytes(of: value.words) {
            block.copyMemory(from: $0.baseAddress ?? .init(block), byteCount: length)
        }
        block.storeBytes(of: 0, toByteOffset: length, as: UInt8.self)
        store(block, at: field.offset)
    }

    mutating func bytes(_ number: Int, _ name: StaticString, _ value: inout [UInt8]) throws {
        let field = try cursor.field(number, name, PROTOBUF_C_TYPE_BYTES)
        if !value.isEmpty { store(blob(value), at: field.offset) }
    }

    mutating func blobs(_ number: Int, _ name: StaticString, _ value: inout [[UInt8]]) throws {
        let field = try cursor.field(number, name, PROTOBUF_C_TYPE_BYTES, repeated: true)
        store(value.lazy.map(blob), of: field)
    }

    mutating func choice<C: Choice>(_ number: Int, _ name: StaticString, _ value: inout C) throws {
        store(value.rawValue, at: try cursor.field(number, name, PROTOBUF_C_TYPE_ENUM).offset)
    }

    mutating func message<M: Fielded>(_ number: Int, _ name: StaticString, _ value: inout M) throws {
        let field = try cursor.field(number, name, PROTOBUF_C_TYPE_MESSAGE)
        try store(value, of: field, number)
    }

    mutating func message<M: Fielded>(_ number: Int, _ name: StaticString, _ value: inout M?) throws {
        let field = try cursor.field(number, name, PROTOBUF_C_TYPE_MESSAGE)
        if let value { try store(value, of: field, number) }
    }

    mutating func messages<M: Fielded>(_ number: Int, _ name: StaticString, _ value: inout [M]) throws {
        let field = try cursor.field(number, name, PROTOBUF_C_TYPE_MESSAGE, repeated: true)
        guard let descriptor = field.message, !value.isEmpty else { return }
        let arena = arena
        store(try value.map { try Self.write($0, descriptor, arena) }, of: field)
    }

    private func store<M: Fielded>(_ value: M, of field: Field, _ number: Int) throws {
        guard let descriptor = field.message else { return }
        mark(field, number)
        store(try Self.write(value, descriptor, arena), at: field.offset)
    }

    /// A C string; a NUL, where it would end, becomes U+FFFD.
    private func string(_ text: String) -> UnsafeMutableRawPointer {
        var text = text
        if text.holdsNul {
            text = String(decoding: text.utf8.flatMap { $0 == 0 ? [0xEF, 0xBF, 0xBD] : [$0] }, as: UTF8.self)
        }
        let count = text.utf8.count
        let block = arena.block(count + 1)
        text.withUTF8 { bytes in
            if let start = bytes.baseAddress { block.copyMemory(from: start, byteCount: count) }
        }
        block.storeBytes(of: 0, toByteOffset: count, as: UInt8.self)
        return block
    }

    private func blob(_ bytes: [UInt8]) -> ProtobufCBinaryData {
        guard !bytes.isEmpty else { return ProtobufCBinaryData(len: 0, data: nil) }
        let block = arena.block(bytes.count)
        bytes.withUnsafeBytes {
            UnsafeMutableRawBufferPointer(start: block, count: $0.count).copyMemory(from: $0)
        }
        return ProtobufCBinaryData(len: bytes.count, data: block.assumingMemoryBound(to: UInt8.self))
    }
}
