import Domain

#if canImport(Glibc)
    import Glibc
#endif

/// Adds up what a body takes on the wire at most.
struct SizeBound: FieldVisitor {
    /// A tag takes two bytes at most: no message has fields beyond 2,047.
    private static let tag = 2
    private var size = 0

    static func of(_ value: some Fielded) -> Int {
        var bound = SizeBound()
        var value = value
        // This visitor throws nothing.
        try? value.visit(&bound)
        return bound.size
    }

    private mutating func add(_ length: Int) { size += Self.tag + varintMax + length }

    private mutating func add(_ text: String) {
        add(text.holdsNul ? 3 * text.utf8.count : text.utf8.count)
    }

    mutating func fixed(_ number: Int, _ name: StaticString, _ value: inout Int64, _ unit: FixedUnit) {
        add(8)
    }
    mutating func fixed(_ number: Int, _ name: StaticString, _ value: inout Int64?, _ unit: FixedUnit) {
        add(8)
    }
    mutating func count(_ number: Int, _ name: StaticString, _ value: inout UInt64) { add(0) }
    mutating func double(_ number: Int, _ name: StaticString, _ value: inout Double) { add(8) }
    mutating func doubles(_ number: Int, _ name: StaticString, _ value: inout [Double]) {
        // Packed or not: a tag for each at worst.
        add((8 + Self.tag) * value.count)
    }
    mutating func flag(_ number: Int, _ name: StaticString, _ value: inout Bool) { add(1) }
    mutating func text(_ number: Int, _ name: StaticString, _ value: inout String) { add(value) }
    mutating func texts(_ number: Int, _ name: StaticString, _ value: inout [String]) {
        for text in value { add(text) }
    }
    mutating func symbol(_ number: Int, _ name: StaticString, _ value: inout Symbol) { add(Symbol.lengthMax) }
    mutating func bytes(_ number: Int, _ name: StaticString, _ value: inout [UInt8]) { add(value.count) }
    mutating func blobs(_ number: Int, _ name: StaticString, _ value: inout [[UInt8]]) {
        for blob in value { add(blob.count) }
    }
    mutating func choice<C: Choice>(_ number: Int, _ name: StaticString, _ value: inout C) { add(0) }
    mutating func message<M: Fielded>(_ number: Int, _ name: StaticString, _ value: inout M) {
        add(Self.of(value))
    }
    mutating func message<M: Fielded>(_ number: Int, _ name: StaticString, _ value: inout M?) {
        if let value { add(Self.of(value)) }
    }
    mutating func messages<M: Fielded>(_ number: Int, _ name: StaticString, _ value: inout [M]) {
        for element in value { add(Self.of(element)) }
    }
}

extension String {
    /// Whether there is a NUL in it, where C's strings end.
    var holdsNul: Bool {
        let found = utf8.withContiguousStorageIfAvailable { bytes in
            bytes.count > 0 && memchr(bytes.baseAddress!, 0, bytes.count) != nil
        }
        return found ?? utf8.contains(0)
    }
}
