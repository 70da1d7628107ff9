/// The folder of one shard, as a transcript sees it. There are two: files on a real disk, and the seeded disk
/// of the fault simulator, which loses what was not synced.
public protocol Disk: AnyObject {
    /// Where it is, as a person would look for it.
    var place: String { get }
    /// The names of everything in the folder, sorted.
    func names() throws(DiskError) -> [String]
    /// A new segment, all zero, with its room on the disk secured.
    func allocate(_ name: String, size: Int) throws(DiskError) -> Segment
    /// Begins to allocate a segment aside. False where this disk does nothing aside.
    func beginAllocating(_ name: String, size: Int) -> Bool
    /// The segment that `beginAllocating` began, once it is there; waits for it if told to.
    func allocated(waiting: Bool) throws(DiskError) -> Segment?
    /// Makes the memory of a new segment ready aside, now that it is written to.
    func prepare(_ segment: Segment)
    /// An existing segment, for reading and for going on with it.
    func open(_ name: String) throws(DiskError) -> Segment
    /// Makes a part of a segment survive a power cut.
    func sync(_ segment: Segment, _ range: Range<Int>) throws(DiskError)
    /// The same, but does not wait for it where it can be done aside.
    func beginSync(_ segment: Segment, _ range: Range<Int>) throws(DiskError)
    /// Whether all that `beginSync` began is done.
    func syncIsDone() throws(DiskError) -> Bool
    /// Begins to compress a closed segment aside. False where this disk does nothing aside.
    func beginPacking(_ index: UInt64) -> Bool
    /// Whether all that `beginPacking` began is done; waits for it if told to.
    func packingIsDone(waiting: Bool) throws(DiskError) -> Bool
    func close(_ segment: Segment)
    /// Closes a segment that is full and on disk: it will be read seldom, if at all.
    func retire(_ segment: Segment)
    func read(_ name: String) throws(DiskError) -> [UInt8]
    /// Puts a whole file in place of another, or of none: after a crash there is the one or the other.
    func replace(_ name: String, with bytes: [UInt8]) throws(DiskError)
    func remove(_ name: String) throws(DiskError)
}

/// A disk that does nothing aside.
extension Disk {
    public func beginAllocating(_ name: String, size: Int) -> Bool { false }
    public func allocated(waiting: Bool) throws(DiskError) -> Segment? { nil }
    public func prepare(_ segment: Segment) {}
    public func beginSync(_ segment: Segment, _ range: Range<Int>) throws(DiskError) {
        try sync(segment, range)
    }
    public func syncIsDone() throws(DiskError) -> Bool { true }
    public func beginPacking(_ index: UInt64) -> Bool { false }
    public func packingIsDone(waiting: Bool) throws(DiskError) -> Bool { true }
    public func retire(_ segment: Segment) { close(segment) }
}

/// Memory that is a file: what is stored here outlives the process without a system call.
public final class Segment {
    public let name: String
    public let base: UnsafeMutableRawPointer
    public let size: Int
    /// What the disk remembers about it.
    let handle: Int32

    public init(name: String, base: UnsafeMutableRawPointer, size: Int, handle: Int32 = -1) {
        self.name = name
        self.base = base
        self.size = size
        self.handle = handle
    }

    public var bytes: UnsafeRawBufferPointer { UnsafeRawBufferPointer(start: base, count: size) }
}

/// What a disk could not do, in a sentence.
public struct DiskError: Error, CustomStringConvertible, Sendable {
    public enum Kind: Sendable { case full, readOnly, missing, owned, failed }

    public let kind: Kind
    public let description: String

    public init(_ kind: Kind, _ description: String) {
        self.kind = kind
        self.description = description
    }
}
