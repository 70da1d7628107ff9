import Domain

/// Goes over what is remembered, value by value, and writes each or puts another in its place: one walk for both
/// directions, so that nothing is read otherwise than it was written.
struct SnapshotWalk {
    private var writer = SnapshotWriter()
    private var reader: SnapshotReader?

    /// A walk that writes.
    init() {}
    /// A walk that reads.
    init(_ bytes: [UInt8]) { reader = SnapshotReader(bytes) }

    var bytes: [UInt8] { writer.bytes }
    var isReading: Bool { reader != nil }
    var isAtEnd: Bool { reader?.isAtEnd ?? true }

    mutating func integer(_ value: inout Int64) throws(SnapshotMismatch) {
        if reader != nil { value = try reader!.integer() } else { writer.put(value) }
    }
    mutating func text(_ value: inout String) throws(SnapshotMismatch) {
        if reader != nil { value = try reader!.text() } else { writer.put(value) }
    }

    mutating func integer<I: FixedWidthInteger>(_ value: inout I) throws(SnapshotMismatch) {
        var wide = Int64(truncatingIfNeeded: value)
        try integer(&wide)
        value = I(truncatingIfNeeded: wide)
    }
    mutating func wide(_ value: inout Int128) throws(SnapshotMismatch) {
        var high = Int64(truncatingIfNeeded: value >> 64)
        var low = UInt64(truncatingIfNeeded: value)
        try integer(&high)
        try integer(&low)
        value = Int128(high) << 64 | Int128(low)
    }
    mutating func flag(_ value: inout Bool) throws(SnapshotMismatch) {
        var number = value ? 1 : 0
        try integer(&number)
        value = number != 0
    }
    mutating func amount(_ value: inout some FixedPoint) throws(SnapshotMismatch) {
        var units = value.units
        try integer(&units)
        value = .init(units: units)
    }
    mutating func moment(_ value: inout Timestamp) throws(SnapshotMismatch) {
        try integer(&value.nanoseconds)
    }
    mutating func share(_ value: inout Share) throws(SnapshotMismatch) { try integer(&value.billionths) }

    mutating func choice<C: RawRepresentable>(_ value: inout C) throws(SnapshotMismatch)
    where C.RawValue: FixedWidthInteger {
        var raw = value.rawValue
        try integer(&raw)
        guard let known = C(rawValue: raw) else {
            throw SnapshotMismatch("\(raw) is no \(C.self)")
        }
        value = known
    }

    /// A list; `blank` makes the elements into which the walk reads.
    mutating func list<E>(
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

    mutating func optional<E>(
        _ value: inout E?, blank: @autoclosure () -> E,
        _ walk: (inout E, inout SnapshotWalk) throws(SnapshotMismatch) -> Void
    ) throws(SnapshotMismatch) {
        var list = value.map { [$0] } ?? []
        try self.list(&list, blank: blank(), walk)
        value = list.first
    }

    /// Places of a list of so many.
    mutating func places(_ values: inout [Int], below count: Int) throws(SnapshotMismatch) {
        try list(&values, blank: 0) { (value, walk) throws(SnapshotMismatch) in
            try walk.integer(&value)
            guard (0..<count).contains(value) else {
                throw SnapshotMismatch("place \(value) is named where there are \(count)")
            }
        }
    }
}
