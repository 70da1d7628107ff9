/// Goes over what is remembered, value by value, and writes each or puts another in its place: one walk for both
/// directions, so that nothing is read otherwise than it was written.
public struct SnapshotWalk {
    private var writer = SnapshotWriter()
    private var reader: SnapshotReader?
    /// How the types were gone over that have been met: found once.
    private var shapes: [ObjectIdentifier: Shape] = [:]

    /// A walk that writes.
    public init() {}
    /// A walk that reads.
    public init(_ bytes: [UInt8]) { reader = SnapshotReader(bytes) }

    public var bytes: [UInt8] { writer.bytes }
    public var isReading: Bool { reader != nil }
    public var isAtEnd: Bool { reader?.isAtEnd ?? true }
    /// Whether there are at least so many bytes to come.
    func hasLeft(_ bytes: Int) -> Bool { reader.map { $0.left >= bytes } ?? false }

    public mutating func integer(_ value: inout Int64) throws(SnapshotMismatch) {
        if reader != nil { value = try reader!.integer() } else { writer.put(value) }
    }
    public mutating func text(_ value: inout String) throws(SnapshotMismatch) {
        if reader != nil { value = try reader!.text() } else { writer.put(value) }
    }

    public mutating func blob(_ value: inout [UInt8]) throws(SnapshotMismatch) {
        if reader != nil { value = try reader!.blob() } else { writer.put(value) }
    }

    public mutating func integer<I: FixedWidthInteger>(_ value: inout I) throws(SnapshotMismatch) {
        var wide = Int64(truncatingIfNeeded: value)
        try integer(&wide)
        value = I(truncatingIfNeeded: wide)
    }
    public mutating func wide(_ value: inout Int128) throws(SnapshotMismatch) {
        var high = Int64(truncatingIfNeeded: value >> 64)
        var low = UInt64(truncatingIfNeeded: value)
        try integer(&high)
        try integer(&low)
        value = Int128(high) << 64 | Int128(low)
    }
    public mutating func number(_ value: inout Double) throws(SnapshotMismatch) {
        var bits = value.bitPattern
        try integer(&bits)
        value = Double(bitPattern: bits)
    }
    public mutating func flag(_ value: inout Bool) throws(SnapshotMismatch) {
        var number = value ? 1 : 0
        try integer(&number)
        value = number != 0
    }
    public mutating func amount(_ value: inout some FixedPoint) throws(SnapshotMismatch) {
        var units = value.units
        try integer(&units)
        value = .init(units: units)
    }
    public mutating func moment(_ value: inout Timestamp) throws(SnapshotMismatch) {
        try integer(&value.nanoseconds)
    }

    public mutating func choice<C: RawRepresentable>(_ value: inout C) throws(SnapshotMismatch)
    where C.RawValue: FixedWidthInteger {
        var raw = value.rawValue
        try integer(&raw)
        guard let known = C(rawValue: raw) else {
            throw SnapshotMismatch("\(raw) is no \(C.self)")
        }
        value = known
    }

    mutating func shape<Value>(of type: Value.Type) -> Shape {
        if let known = shapes[ObjectIdentifier(type)] { return known }
        let shape = Shape(of: type)
        shapes[ObjectIdentifier(type)] = shape
        return shape
    }

    /// A list; `blank` makes the elements into which the walk reads.
    public mutating func list<E>(
        _ values: inout [E], blank: @autoclosure () -> E,
        _ walk: (inout E, inout SnapshotWalk) throws(SnapshotMismatch) -> Void
    ) throws(SnapshotMismatch) {
        var count = values.count
        try integer(&count)
        guard count >= 0 else { throw SnapshotMismatch("a list has \(count) elements") }
        if isReading { values = [] }
        for place in 0..<count {
            if isReading {
                guard !isAtEnd else { throw SnapshotMismatch("a list of \(count) ends after \(place)") }
                values.append(blank())
            }
            try walk(&values[place], &self)
        }
    }

    /// The same for a shelf.
    public mutating func shelf<E: BitwiseCopyable>(
        _ values: inout Shelf<E>, blank: @autoclosure () -> E,
        _ walk: (inout E, inout SnapshotWalk) throws(SnapshotMismatch) -> Void
    ) throws(SnapshotMismatch) {
        var list: [E] = []
        for place in 0..<values.count { list.append(values[place]) }
        try self.list(&list, blank: blank(), walk)
        guard isReading else { return }
        values.removeAll()
        for element in list { values.append(element) }
    }

    /// A list that has as many elements as it had: one for each instrument.
    public mutating func each<E>(
        _ values: inout [E], _ walk: (inout E, inout SnapshotWalk) throws(SnapshotMismatch) -> Void
    ) throws(SnapshotMismatch) {
        try count(values.count)
        for place in values.indices { try walk(&values[place], &self) }
    }

    /// A number of things that both sides must have.
    public mutating func count(_ count: Int) throws(SnapshotMismatch) {
        var written = count
        try integer(&written)
        guard written == count else {
            throw SnapshotMismatch("the snapshot has \(written) where there are \(count)")
        }
    }

    public mutating func optional<E>(
        _ value: inout E?, blank: @autoclosure () -> E,
        _ walk: (inout E, inout SnapshotWalk) throws(SnapshotMismatch) -> Void
    ) throws(SnapshotMismatch) {
        var list = value.map { [$0] } ?? []
        try self.list(&list, blank: blank(), walk)
        value = list.first
    }

    /// Places of a list of so many.
    public mutating func places(_ values: inout [Int], below count: Int) throws(SnapshotMismatch) {
        try list(&values, blank: 0) { (value, walk) throws(SnapshotMismatch) in
            try walk.integer(&value)
            guard (0..<count).contains(value) else {
                throw SnapshotMismatch("place \(value) is named where there are \(count)")
            }
        }
    }
}
