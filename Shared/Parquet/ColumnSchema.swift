/// A column of a file: its name, how its values are kept, and what they mean.
public struct ColumnSchema: Equatable, Sendable {
    public var name: String
    public var physical: PhysicalType
    public var logical: LogicalType
    /// Rows may have no value.
    public var isOptional: Bool
    /// Of fixed byte arrays.
    public var length: Int
    /// A column of plain values: not within a list, a map or a struct.
    public var isFlat = true

    public init(
        _ name: String, _ physical: PhysicalType, _ logical: LogicalType = .none, isOptional: Bool = false,
        length: Int = 0
    ) {
        self.name = name
        self.physical = physical
        self.logical = logical
        self.isOptional = isOptional
        self.length = length
    }
}

// MARK: Reading

extension ColumnSchema {
    /// The leaves of a file's tree of columns, in the order of the chunks of a row group.
    static func leaves(_ elements: [ThriftValue]) throws(ParquetError) -> [ColumnSchema] {
        guard let root = elements.first else { throw ParquetError("the file has no schema; it is damaged") }
        var left = elements.dropFirst()
        var found: [ColumnSchema] = []
        try take(
            count: root[5]?.integer ?? 0, from: &left, path: [], isFlat: true, isOptional: false, depth: 0,
            into: &found)
        return found
    }

    private static func take(
        count: Int64, from left: inout ArraySlice<ThriftValue>, path: [String], isFlat: Bool,
        isOptional: Bool,
        depth: Int, into found: inout [ColumnSchema]
    ) throws(ParquetError) {
        guard count >= 0, count <= left.count, depth < 32 else {
            throw ParquetError("the schema has fewer columns than it says; the file is damaged")
        }
        for _ in 0..<count {
            guard let element = left.popFirst(), let name = element[4]?.text else {
                throw ParquetError("the schema has a column without a name; the file is damaged")
            }
            let path = path + [name]
            let repetition = element[3]?.integer ?? 0
            if let children = element[5]?.integer, children > 0 {
                try take(
                    count: children, from: &left, path: path, isFlat: false, isOptional: isOptional,
                    depth: depth + 1,
                    into: &found)
                continue
            }
            guard let type = element[1]?.integer, let physical = PhysicalType(rawValue: Int(clamping: type))
            else {
                throw ParquetError("column \(name) has a type that there is not; the file is damaged")
            }
            let length = element[2]?.integer ?? 0
            guard physical != .fixedByteArray || (1...4096).contains(length) else {
                throw ParquetError("column \(name) has values of \(length) bytes; 1 to 4096 would be right")
            }
            var column = ColumnSchema(
                path.joined(separator: "."), physical, logical(element), isOptional: repetition == 1,
                length: Int(length))
            column.isFlat = isFlat && repetition != 2
            found.append(column)
        }
    }

    private static func logical(_ element: ThriftValue) -> LogicalType {
        if let type = element[10] {
            if type[1] != nil || type[4] != nil || type[12] != nil { return .text }
            if let decimal = type[5] {
                return .decimal(
                    precision: Int(clamping: decimal[2]?.integer ?? 0),
                    scale: Int(clamping: decimal[1]?.integer ?? 0))
            }
            if type[6] != nil { return .date }
            if let time = type[7] { return unit(time[2]).map { .time($0) } ?? .other }
            if let moment = type[8] {
                return unit(moment[2]).map { .timestamp($0, isUTC: moment[1]?.flag ?? true) } ?? .other
            }
            if let integer = type[10] {
                return .integer(
                    bits: Int(clamping: integer[1]?.integer ?? 0), isSigned: integer[2]?.flag ?? true)
            }
            return .other
        }
        guard let converted = element[6]?.integer else { return .none }
        switch converted {
        case 0, 4, 19: return .text
        case 5:
            return .decimal(
                precision: Int(clamping: element[8]?.integer ?? 0),
                scale: Int(clamping: element[7]?.integer ?? 0))
        case 6: return .date
        case 7: return .time(.milliseconds)
        case 8: return .time(.microseconds)
        case 9: return .timestamp(.milliseconds, isUTC: true)
        case 10: return .timestamp(.microseconds, isUTC: true)
        case 11...14: return .integer(bits: 8 << (Int(converted) - 11), isSigned: false)
        case 15...18: return .integer(bits: 8 << (Int(converted) - 15), isSigned: true)
        default: return .other
        }
    }

    private static func unit(_ value: ThriftValue?) -> TimeUnit? {
        (value?.fields?.keys.first).flatMap { TimeUnit(rawValue: $0) }
    }
}

// MARK: Writing

extension ColumnSchema {
    func write(_ writer: inout ThriftWriter) {
        writer.integer(1, physical.rawValue)
        if physical == .fixedByteArray { writer.integer(2, length) }
        writer.integer(3, isOptional ? 1 : 0)
        writer.text(4, name)
        switch logical {
        case .text:
            writer.integer(6, 0)
            writer.fields(10) { $0.fields(1) { _ in } }
        case .decimal(let precision, let scale):
            writer.integer(6, 5)
            writer.integer(7, scale)
            writer.integer(8, precision)
            writer.fields(10) { type in
                type.fields(5) { decimal in
                    decimal.integer(1, scale)
                    decimal.integer(2, precision)
                }
            }
        case .date:
            writer.integer(6, 6)
            writer.fields(10) { $0.fields(6) { _ in } }
        case .timestamp(let unit, let isUTC):
            // The older way of saying it knows no nanoseconds, and means UTC.
            if isUTC, unit != .nanoseconds { writer.integer(6, unit == .milliseconds ? 9 : 10) }
            writer.fields(10) { type in
                type.fields(8) { moment in
                    moment.flag(1, isUTC)
                    moment.fields(2) { $0.fields(unit.rawValue) { _ in } }
                }
            }
        case .integer(let bits, let isSigned):
            writer.integer(6, (isSigned ? 15 : 11) + bits.trailingZeroBitCount - 3)
            writer.fields(10) { type in
                type.fields(10) { integer in
                    integer.small(1, Int8(bits))
                    integer.flag(2, isSigned)
                }
            }
        case .none, .time, .other: break
        }
    }
}
