/// A value of Thrift's compact protocol, in which Parquet writes all that describes its data. What the reader does not
/// know is carried along and left alone, so that files of newer writers can be read.
enum ThriftValue {
    case flag(Bool)
    case integer(Int64)
    case double(Double)
    case bytes([UInt8])
    case list([ThriftValue])
    case fields([Int: ThriftValue])

    subscript(field: Int) -> ThriftValue? {
        if case .fields(let fields) = self { return fields[field] }
        return nil
    }

    var integer: Int64? {
        if case .integer(let value) = self { return value }
        return nil
    }

    var flag: Bool? {
        if case .flag(let value) = self { return value }
        return nil
    }

    var bytes: [UInt8]? {
        if case .bytes(let value) = self { return value }
        return nil
    }

    var text: String? { bytes.map { String(decoding: $0, as: UTF8.self) } }

    var list: [ThriftValue]? {
        if case .list(let values) = self { return values }
        return nil
    }

    var fields: [Int: ThriftValue]? {
        if case .fields(let fields) = self { return fields }
        return nil
    }
}
