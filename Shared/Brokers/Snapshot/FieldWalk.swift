import Domain

extension SnapshotWalk {
    /// Goes over a message type by its fields.
    mutating func fields<M: Fielded>(_ value: inout M) throws(SnapshotMismatch) {
        var visitor = FieldWalk(walk: self)
        do {
            try value.visit(&visitor)
        } catch let mismatch as SnapshotMismatch {
            throw mismatch
        } catch {
            throw SnapshotMismatch("\(M.name): \(error)")
        }
        self = visitor.walk
    }

    mutating func fields<M: Fielded>(_ values: inout [M]) throws(SnapshotMismatch) {
        try list(&values, blank: M()) { (value, walk) throws(SnapshotMismatch) in try walk.fields(&value) }
    }
}

/// The walk that serves the wire, for a snapshot.
private struct FieldWalk: FieldVisitor {
    var walk: SnapshotWalk

    mutating func fixed(_: Int, _: StaticString, _ value: inout Int64, _: FixedUnit) throws {
        try walk.integer(&value)
    }
    mutating func fixed(_: Int, _: StaticString, _ value: inout Int64?, _: FixedUnit) throws {
        try walk.optional(&value, blank: 0) { (value, walk) throws(SnapshotMismatch) in
            try walk.integer(&value)
        }
    }
    mutating func count(_: Int, _: StaticString, _ value: inout UInt64) throws { try walk.integer(&value) }
    mutating func double(_: Int, _: StaticString, _ value: inout Double) throws { try walk.number(&value) }
    mutating func doubles(_: Int, _: StaticString, _ value: inout [Double]) throws {
        try walk.list(&value, blank: 0) { (value, walk) throws(SnapshotMismatch) in try walk.number(&value) }
    }
    mutating func flag(_: Int, _: StaticString, _ value: inout Bool) throws { try walk.flag(&value) }
    mutating func text(_: Int, _: StaticString, _ value: inout String) throws { try walk.text(&value) }
    mutating func texts(_: Int, _: StaticString, _ value: inout [String]) throws {
        try walk.list(&value, blank: "") { (value, walk) throws(SnapshotMismatch) in try walk.text(&value) }
    }
    mutating func symbol(_: Int, _: StaticString, _ value: inout Symbol) throws { try walk.symbol(&value) }
    mutating func bytes(_: Int, _: StaticString, _ value: inout [UInt8]) throws { try walk.blob(&value) }
    mutating func blobs(_: Int, _: StaticString, _ value: inout [[UInt8]]) throws {
        try walk.list(&value, blank: []) { (value, walk) throws(SnapshotMismatch) in try walk.blob(&value) }
    }
    mutating func choice<C: Choice>(_: Int, _: StaticString, _ value: inout C) throws {
        try walk.choice(&value)
    }
    mutating func message<M: Fielded>(_: Int, _: StaticString, _ value: inout M) throws {
        try walk.fields(&value)
    }
    mutating func message<M: Fielded>(_: Int, _: StaticString, _ value: inout M?) throws {
        try walk.optional(&value, blank: M()) { (value, walk) throws(SnapshotMismatch) in
            try walk.fields(&value)
        }
    }
    mutating func messages<M: Fielded>(_: Int, _: StaticString, _ value: inout [M]) throws {
        try walk.fields(&value)
    }
}
