import CProtobuf
import Domain
import Testing

@testable import Wire

@Suite("Swift's messages and those of Proto/")
struct DescriptorTests {
    @Test("have the same fields, numbers, types and choices", arguments: BodyKind.allCases)
    func same(kind: BodyKind) throws {
        let field = try #require(Descriptor.envelope.field(kind.rawValue))
        #expect(field.isOneof && field.name == kind.type.init().body.fieldName)
        try Comparison.run(kind.type, try #require(field.message))
    }

    @Test("have the same envelope")
    func envelope() throws {
        let known = Set(BodyKind.allCases.map(\.rawValue))
        let numbers = Set(Descriptor.envelope.fields.map(\.id))
        #expect(numbers == known.union(1...7))
        #expect(Descriptor.envelope.field(7)?.message?.name == PeerCause.name)
    }
}

/// Walks a Swift type's fields beside its descriptor.
private struct Comparison: FieldVisitor {
    private let descriptor: Descriptor
    private var cursor: FieldCursor
    private var seen: [Int] = []

    static func run<M: Fielded>(_ type: M.Type, _ descriptor: Descriptor) throws {
        #expect(M.name == descriptor.name)
        var comparison = Comparison(descriptor: descriptor, cursor: FieldCursor(descriptor))
        var value = M()
        try value.visit(&comparison)
        #expect(comparison.seen == descriptor.fields.map { Int($0.id) }, "\(M.name)")
    }

    @discardableResult
    private mutating func field(
        _ number: Int, _ name: StaticString, _ type: ProtobufCType, repeated: Bool = false,
        optional: Bool = false
    ) throws -> Field {
        let field = try cursor.field(number, name, type, repeated: repeated)
        #expect(field.name == "\(name)" && field.isOneof == optional, "\(descriptor.name).\(name)")
        seen.append(number)
        return field
    }

    mutating func fixed(_ number: Int, _ name: StaticString, _ value: inout Int64, _ unit: FixedUnit) throws {
        try field(number, name, PROTOBUF_C_TYPE_SFIXED64)
    }
    mutating func fixed(_ number: Int, _ name: StaticString, _ value: inout Int64?, _ unit: FixedUnit) throws
    {
        try field(number, name, PROTOBUF_C_TYPE_SFIXED64, optional: true)
    }
    mutating func count(_ number: Int, _ name: StaticString, _ value: inout UInt64) throws {
        try field(number, name, PROTOBUF_C_TYPE_UINT64)
    }
    mutating func double(_ number: Int, _ name: StaticString, _ value: inout Double) throws {
        try field(number, name, PROTOBUF_C_TYPE_DOUBLE)
    }
    mutating func doubles(_ number: Int, _ name: StaticString, _ value: inout [Double]) throws {
        try field(number, name, PROTOBUF_C_TYPE_DOUBLE, repeated: true)
    }
    mutating func flag(_ number: Int, _ name: StaticString, _ value: inout Bool) throws {
        try field(number, name, PROTOBUF_C_TYPE_BOOL)
    }
    mutating func text(_ number: Int, _ name: StaticString, _ value: inout String) throws {
        try field(number, name, PROTOBUF_C_TYPE_STRING)
    }
    mutating func texts(_ number: Int, _ name: StaticString, _ value: inout [String]) throws {
        try field(number, name, PROTOBUF_C_TYPE_STRING, repeated: true)
    }
    mutating func symbol(_ number: Int, _ name: StaticString, _ value: inout Symbol) throws {
        try field(number, name, PROTOBUF_C_TYPE_STRING)
    }
    mutating func bytes(_ number: Int, _ name: StaticString, _ value: inout [UInt8]) throws {
        try field(number, name, PROTOBUF_C_TYPE_BYTES)
    }
    mutating func blobs(_ number: Int, _ name: StaticString, _ value: inout [[UInt8]]) throws {
        try field(number, name, PROTOBUF_C_TYPE_BYTES, repeated: true)
    }
    mutating func choice<C: Choice>(_ number: Int, _ name: StaticString, _ value: inout C) throws {
        let type = try #require(try field(number, name, PROTOBUF_C_TYPE_ENUM).enumeration)
        let values = UnsafeBufferPointer(start: type.pointee.values, count: Int(type.pointee.n_values))
        let theirs = values.map { "\($0.value) \(plain(String(cString: $0.name)))" }
        let ours = C.allCases.map { "\($0.rawValue) \(plain("\(C.self)\($0)"))" }
        #expect(theirs == ours, "\(descriptor.name).\(name)")
    }
    mutating func message<M: Fielded>(_ number: Int, _ name: StaticString, _ value: inout M) throws {
        let field = try field(number, name, PROTOBUF_C_TYPE_MESSAGE)
        try Self.run(M.self, try #require(field.message))
    }
    mutating func message<M: Fielded>(_ number: Int, _ name: StaticString, _ value: inout M?) throws {
        let field = try field(number, name, PROTOBUF_C_TYPE_MESSAGE)
        try Self.run(M.self, try #require(field.message))
    }
    mutating func messages<M: Fielded>(_ number: Int, _ name: StaticString, _ value: inout [M]) throws {
        let field = try field(number, name, PROTOBUF_C_TYPE_MESSAGE, repeated: true)
        try Self.run(M.self, try #require(field.message))
    }

    /// `SIDE_BUY` and `Sidebuy` alike.
    private func plain(_ name: String) -> String { name.filter { $0 != "_" }.lowercased() }
}
