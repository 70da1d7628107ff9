/// Writes structs of Thrift's compact protocol, field after field in the order of their numbers.
struct ThriftWriter {
    private(set) var bytes: [UInt8] = []
    private var last = 0

    private enum Kind: UInt8 {
        case yes = 1, no, byte, short, integer, long, double, bytes, list, set, map, fields
    }

    private mutating func field(_ number: Int, _ kind: Kind) {
        let step = number - last
        if step > 0, step < 16 {
            bytes.append(UInt8(step) << 4 | kind.rawValue)
        } else {
            bytes.append(kind.rawValue)
            zigzag(Int64(number))
        }
        last = number
    }

    mutating func integer(_ number: Int, _ value: Int) {
        field(number, .integer)
        zigzag(Int64(value))
    }

    mutating func long(_ number: Int, _ value: Int) {
        field(number, .long)
        zigzag(Int64(value))
    }

    mutating func small(_ number: Int, _ value: Int8) {
        field(number, .byte)
        bytes.append(UInt8(bitPattern: value))
    }

    mutating func flag(_ number: Int, _ value: Bool) { field(number, value ? .yes : .no) }

    mutating func text(_ number: Int, _ value: String) { run(number, Array(value.utf8)) }

    mutating func run(_ number: Int, _ value: [UInt8]) {
        field(number, .bytes)
        element(value)
    }

    mutating func fields(_ number: Int, _ body: (inout ThriftWriter) -> Void) {
        field(number, .fields)
        element(body)
    }

    mutating func integers(_ number: Int, _ values: [Int]) {
        list(number, values.count, .integer)
        for value in values { zigzag(Int64(value)) }
    }

    mutating func texts(_ number: Int, _ values: [String]) {
        list(number, values.count, .bytes)
        for value in values { element(Array(value.utf8)) }
    }

    mutating func structs<Item>(
        _ number: Int, _ items: [Item], _ body: (inout ThriftWriter, Item) -> Void
    ) {
        list(number, items.count, .fields)
        for item in items { element { body(&$0, item) } }
    }

    /// Ends the outermost struct.
    mutating func end() { bytes.append(0) }

    private mutating func list(_ number: Int, _ count: Int, _ kind: Kind) {
        field(number, .list)
        if count < 15 {
            bytes.append(UInt8(count) << 4 | kind.rawValue)
        } else {
            bytes.append(0xf0 | kind.rawValue)
            varint(UInt64(count))
        }
    }

    private mutating func element(_ body: (inout ThriftWriter) -> Void) {
        let before = last
        last = 0
        body(&self)
        bytes.append(0)
        last = before
    }

    private mutating func element(_ value: [UInt8]) {
        varint(UInt64(value.count))
        bytes += value
    }

    private mutating func zigzag(_ value: Int64) { varint(UInt64(bitPattern: (value << 1) ^ (value >> 63))) }

    private mutating func varint(_ value: UInt64) {
        var left = value
        while left >= 0x80 {
            bytes.append(UInt8(left & 0x7f) | 0x80)
            left >>= 7
        }
        bytes.append(UInt8(left))
    }
}
