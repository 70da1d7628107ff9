import CProto
import CProtobuf

/// What protobuf-c knows of a message type: where each field lies in its C struct.
///
/// No Swift code names a member of a generated struct, so an incremental build after a change of a `.proto` cannot
/// leave it with a stale layout.
struct Descriptor {
    let type: UnsafePointer<ProtobufCMessageDescriptor>

    /// The envelope's; the descriptors of all bodies hang from it.
    static var envelope: Descriptor {
        guard let type = cproto_envelope_descriptor() else { preconditionFailure("there is no envelope") }
        return Descriptor(type: type.assumingMemoryBound(to: ProtobufCMessageDescriptor.self))
    }

    var name: String { String(cString: type.pointee.short_name) }
    var size: Int { type.pointee.sizeof_message }
    var fields: UnsafeBufferPointer<ProtobufCFieldDescriptor> {
        UnsafeBufferPointer(start: type.pointee.fields, count: Int(type.pointee.n_fields))
    }

    func field(_ number: UInt32) -> Field? {
        fields.first { $0.id == number }.map(Field.init)
    }

    /// A struct of this type in the arena, all fields at their defaults.
    func make(in arena: Arena) -> UnsafeMutableRawPointer {
        let place = arena.block(size)
        type.pointee.message_init(place.assumingMemoryBound(to: ProtobufCMessage.self))
        return place
    }
}

/// A field of a message type.
struct Field {
    let field: ProtobufCFieldDescriptor

    var name: String { String(cString: field.name) }
    var offset: Int { Int(field.offset) }
    /// Where the count of a repeated field is, or the case of a oneof.
    var quantifier: Int { Int(field.quantifier_offset) }
    var isRepeated: Bool { field.label == PROTOBUF_C_LABEL_REPEATED }
    var isOneof: Bool { field.flags & PROTOBUF_C_FIELD_FLAG_ONEOF.rawValue != 0 }

    /// The type of a field that holds a message.
    var message: Descriptor? {
        guard field.type == PROTOBUF_C_TYPE_MESSAGE, let type = field.descriptor else { return nil }
        return Descriptor(type: type.assumingMemoryBound(to: ProtobufCMessageDescriptor.self))
    }

    var enumeration: UnsafePointer<ProtobufCEnumDescriptor>? {
        guard field.type == PROTOBUF_C_TYPE_ENUM else { return nil }
        return field.descriptor?.assumingMemoryBound(to: ProtobufCEnumDescriptor.self)
    }
}

/// Finds the fields of one struct in the order that a walk asks for them, which is that of their numbers.
struct FieldCursor {
    private let descriptor: Descriptor
    private var next = 0

    init(_ descriptor: Descriptor) { self.descriptor = descriptor }

    /// The field of this number, if it has this type; a test holds all types against their descriptors.
    mutating func field(
        _ number: Int, _ name: StaticString, _ type: ProtobufCType, repeated: Bool = false
    ) throws(WireError) -> Field {
        let fields = descriptor.fields
        while next < fields.count, fields[next].id < number { next += 1 }
        if next >= fields.count || fields[next].id != number {
            next = fields.firstIndex { $0.id == number } ?? fields.count
        }
        guard next < fields.count else {
            throw WireError("\(descriptor.name) has no field \(number) (\(name)) in Proto/")
        }
        let field = Field(field: fields[next])
        next += 1
        guard field.field.type == type, field.isRepeated == repeated else {
            throw WireError("\(descriptor.name).\(name) has another type in Proto/")
        }
        return field
    }
}
