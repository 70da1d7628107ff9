import CProtobuf
import Domain

#if canImport(Glibc)
    import Glibc
#endif

/// Fills a value from a C struct that protobuf-c unpacked, by the descriptor of its type.
struct StructReader: FieldVisitor {
    private let place: UnsafeRawPointer
    private let typeName: UnsafePointer<CChar>
    private var cursor: FieldCursor

    private init(_ message: UnsafePointer<ProtobufCMessage>) {
        place = UnsafeRawPointer(message)
        typeName = message.pointee.descriptor.pointee.short_name
        cursor = FieldCursor(Descriptor(type: message.pointee.descriptor))
    }

    static func read<M: Fielded>(_ type: M.Type, _ message: UnsafePointer<ProtobufCMessage>) throws -> M {
        var reader = StructReader(message)
        var value = M()
        try value.visit(&reader)
        return value
    }

    private func load<T: BitwiseCopyable>(_ offset: Int, as type: T.Type = T.self) -> T {
        place.load(fromByteOffset: offset, as: T.self)
    }

    private func isThere(_ field: Field, _ number: Int) -> Bool {
        !field.isOneof || load(field.quantifier, as: UInt32.self) == UInt32(number)
    }

    private func elements<T>(_ field: Field, as type: T.Type) -> UnsafeBufferPointer<T> {
        let count: Int = load(field.quantifier)
        let start: UnsafePointer<T>? = load(field.offset)
        return UnsafeBufferPointer(start: count == 0 ? nil : start, count: start == nil ? 0 : count)
    }

    private func error(_ name: StaticString, _ what: String) -> WireError {
        WireError("\(String(cString: typeName)).\(name) \(what)")
    }

    mutating func fixed(_ number: Int, _ name: StaticString, _ value: inout Int64, _ unit: FixedUnit) throws {
        value = load(try cursor.field(number, name, PROTOBUF_C_TYPE_SFIXED64).offset)
    }

    mutating func fixed(_ number: Int, _ name: StaticString, _ value: inout Int64?, _ unit: FixedUnit) throws
    {
        let field = try cursor.field(number, name, PROTOBUF_C_TYPE_SFIXED64)
        value = isThere(field, number) ? load(field.offset, as: Int64.self) : nil
    }

    mutating func count(_ number: Int, _ name: StaticString, _ value: inout UInt64) throws {
        value = load(try cursor.field(number, name, PROTOBUF_C_TYPE_UINT64).offset)
    }

    mutating func double(_ number: Int, _ name: StaticString, _ value: inout Double) throws {
        value = load(try cursor.field(number, name, PROTOBUF_C_TYPE_DOUBLE).offset)
    }

    mutating func doubles(_ number: Int, _ name: StaticString, _ value: inout [Double]) throws {
        let field = try cursor.field(number, name, PROTOBUF_C_TYPE_DOUBLE, repeated: true)
        value = Array(elements(field, as: Double.self))
    }

    mutating func flag(_ number: Int, _ name: StaticString, _ value: inout Bool) throws {
        let field = try cursor.field(number, name, PROTOBUF_C_TYPE_BOOL)
        value = load(field.offset, as: protobuf_c_boolean.self) != 0
    }

    mutating func text(_ number: Int, _ name: StaticString, _ value: inout String) throws {
        let field = try cursor.field(number, name, PROTOBUF_C_TYPE_STRING)
        value = try text(name, bytes(load(field.offset), field))
    }

    mutating func texts(_ number: Int, _ name: StaticString, _ value: inout [String]) throws {
        let field = try cursor.field(number, name, PROTOBUF_C_TYPE_STRING, repeated: true)
        value = try elements(field, as: UnsafeRawPointer?.self).map { try text(name, bytes($0, field)) }
    }

    mutating func symbol(_ number: Int, _ name: StaticString, _ value: inout Symbol) throws {
        let field = try cursor.field(number, name, PROTOBUF_C_TYPE_STRING)
        let bytes = bytes(load(field.offset), field)
        guard bytes.count <= Symbol.lengthMax else {
            throw error(name, "is longer than \(Symbol.lengthMax) bytes")
        }
        _ = try text(name, bytes)
        var symbol = Symbol()
        withUnsafeMutableBytes(of: &symbol.words) { $0.copyMemory(from: bytes) }
        value = symbol
    }

    mutating func bytes(_ number: Int, _ name: StaticString, _ value: inout [UInt8]) throws {
        let field = try cursor.field(number, name, PROTOBUF_C_TYPE_BYTES)
        value = blob(load(field.offset))
    }

    mutating func blobs(_ number: Int, _ name: StaticString, _ value: inout [[UInt8]]) throws {
        let field = try cursor.field(number, name, PROTOBUF_C_TYPE_BYTES, repeated: true)
        value = elements(field, as: ProtobufCBinaryData.self).map(blob)
    }

    mutating func choice<C: Choice>(_ number: Int, _ name: StaticString, _ value: inout C) throws {
        let field = try cursor.field(number, name, PROTOBUF_C_TYPE_ENUM)
        let raw: Int32 = load(field.offset)
        guard let choice = C(rawValue: raw) else { throw error(name, "is \(raw), which no choice has") }
        value = choice
    }

    mutating func message<M: Fielded>(_ number: Int, _ name: StaticString, _ value: inout M) throws {
        let field = try cursor.field(number, name, PROTOBUF_C_TYPE_MESSAGE)
        let message: UnsafePointer<ProtobufCMessage>? = isThere(field, number) ? load(field.offset) : nil
        value = try message.map { try Self.read(M.self, $0) } ?? M()
    }

    mutating func message<M: Fielded>(_ number: Int, _ name: StaticString, _ value: inout M?) throws {
        let field = try cursor.field(number, name, PROTOBUF_C_TYPE_MESSAGE)
        let message: UnsafePointer<ProtobufCMessage>? = isThere(field, number) ? load(field.offset) : nil
        value = try message.map { try Self.read(M.self, $0) }
    }

    mutating func messages<M: Fielded>(_ number: Int, _ name: StaticString, _ value: inout [M]) throws {
        let field = try cursor.field(number, name, PROTOBUF_C_TYPE_MESSAGE, repeated: true)
        value = try elements(field, as: UnsafePointer<ProtobufCMessage>.self).map {
            try Self.read(M.self, $0)
        }
    }

    /// A string's bytes with all NULs but the last: the arena knows how long it was on the wire.
    private func bytes(_ string: UnsafeRawPointer?, _ field: Field) -> UnsafeRawBufferPointer {
        guard let string, string != field.field.default_value else {
            return UnsafeRawBufferPointer(start: nil, count: 0)
        }
        return UnsafeRawBufferPointer(start: string, count: Arena.size(of: string) - 1)
    }

    private func text(_ name: StaticString, _ bytes: UnsafeRawBufferPointer) throws(WireError) -> String {
        guard let start = bytes.baseAddress, bytes.count > 0 else { return "" }
        guard memchr(start, 0, bytes.count) == nil else { throw error(name, "holds a NUL") }
        // Three times as quick as to validate, which is generic: what was no UTF-8 was mended, and so is something else now.
        var text = String(decoding: bytes.assumingMemoryBound(to: UInt8.self), as: UTF8.self)
        let isSame = text.withUTF8 {
            $0.count == bytes.count && memcmp($0.baseAddress!, start, bytes.count) == 0
        }
        guard isSame else { throw error(name, "is not UTF-8") }
        return text
    }

    private func blob(_ data: ProtobufCBinaryData) -> [UInt8] {
        Array(UnsafeBufferPointer(start: data.data, count: data.data == nil ? 0 : data.len))
    }
}
