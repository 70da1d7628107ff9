/// Something that a snapshot can keep.
///
/// Nobody has to say how: without a `remember` of its own all that can have changed is found by reflection (`Shape`), so
/// that nothing is forgotten where a variable comes to be. One of its own is for memory that is shared, and for what is
/// large and never changes.
public protocol Remembering {
    /// Goes over everything that has changed since the start, and writes it or puts what was written in its place: from a
    /// snapshot it goes on as though nothing had happened.
    mutating func remember(_ walk: inout SnapshotWalk) throws(SnapshotMismatch)
}

extension Remembering {
    public mutating func remember(_ walk: inout SnapshotWalk) throws(SnapshotMismatch) {
        try walk.variables(of: &self)
    }
}

/// Memory that copies share, such as that behind a pointer: it is kept though the one who holds it is a constant.
public protocol SharedMemory: Remembering {}

extension SnapshotWalk {
    /// Goes over the variables of something whose constants were there when it was made, and over shared memory that a
    /// constant holds. A snapshot of other variables is refused.
    public mutating func variables<Whole>(of whole: inout Whole) throws(SnapshotMismatch) {
        let shape = Shape(variablesOf: Whole.self)
        try count(shape.fingerprint)
        try withUnsafeMutablePointer(to: &whole) { (place) throws(SnapshotMismatch) in
            try shape.walk(UnsafeMutableRawPointer(place), &self)
        }
    }

    /// The same for each of several things of one kind.
    public mutating func variables<Whole>(ofEach wholes: inout [Whole]) throws(SnapshotMismatch) {
        let shape = Shape(variablesOf: Whole.self)
        try count(shape.fingerprint)
        try count(wholes.count)
        for place in wholes.indices {
            try withUnsafeMutablePointer(to: &wholes[place]) { (place) throws(SnapshotMismatch) in
                try shape.walk(UnsafeMutableRawPointer(place), &self)
            }
        }
    }

    /// Goes over a value, all of it.
    public mutating func value<Value>(_ value: inout Value) throws(SnapshotMismatch) {
        try withUnsafeMutablePointer(to: &value) { (place) throws(SnapshotMismatch) in
            try values(at: place, count: 1)
        }
    }

    /// The same for values one after the other.
    public mutating func values<Value>(
        at first: UnsafeMutablePointer<Value>, count: Int
    ) throws(SnapshotMismatch) {
        let shape = shape(of: Value.self)
        for place in 0..<count { try shape.walk(UnsafeMutableRawPointer(first + place), &self) }
    }
}

// MARK: What values are made of

extension Remembering where Self: FixedWidthInteger {
    public mutating func remember(_ walk: inout SnapshotWalk) throws(SnapshotMismatch) {
        try walk.integer(&self)
    }
}

extension Int: Remembering {}
extension Int8: Remembering {}
extension Int32: Remembering {}
extension Int64: Remembering {}
extension UInt64: Remembering {}

extension Int128: Remembering {
    public mutating func remember(_ walk: inout SnapshotWalk) throws(SnapshotMismatch) {
        try walk.wide(&self)
    }
}

extension Double: Remembering {
    public mutating func remember(_ walk: inout SnapshotWalk) throws(SnapshotMismatch) {
        try walk.number(&self)
    }
}

extension Bool: Remembering {
    public mutating func remember(_ walk: inout SnapshotWalk) throws(SnapshotMismatch) {
        try walk.flag(&self)
    }
}

extension String: Remembering {
    public mutating func remember(_ walk: inout SnapshotWalk) throws(SnapshotMismatch) {
        try walk.text(&self)
    }
}

/// What holds values of another type, whatever that is.
protocol Holding {
    static var held: Any.Type { get }
    mutating func rememberHeld(_ walk: inout SnapshotWalk) throws(SnapshotMismatch)
}

extension Array: Holding {
    static var held: Any.Type { Element.self }

    mutating func rememberHeld(_ walk: inout SnapshotWalk) throws(SnapshotMismatch) {
        var size = count
        try walk.integer(&size)
        guard size >= 0 else { throw SnapshotMismatch("a list has \(size) elements") }
        if size < count { removeLast(count - size) }
        while count < size {
            // Each takes a byte at the least, so that no size that is wrong takes all memory.
            guard walk.hasLeft(size - count) else {
                throw SnapshotMismatch("a list has \(size) elements, and the snapshot ends before")
            }
            append(try Shape.blank())
        }
        try withUnsafeMutableBufferPointer { (elements) throws(SnapshotMismatch) in
            guard let first = elements.baseAddress else { return }
            try walk.values(at: first, count: size)
        }
    }
}

extension Optional: Holding {
    static var held: Any.Type { Wrapped.self }

    mutating func rememberHeld(_ walk: inout SnapshotWalk) throws(SnapshotMismatch) {
        var isThere = self != nil
        try walk.flag(&isThere)
        guard isThere else {
            self = nil
            return
        }
        var value: Wrapped
        if let known = self { value = known } else { value = try Shape.blank() }
        try walk.value(&value)
        self = value
    }
}
