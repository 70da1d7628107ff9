import Synchronization

/// Envelopes on their way from the loop to another thread: a ring of bytes with one writer and one reader. Neither waits
/// for the other: what there is no room for is dropped, and counted.
///
/// `@unchecked`: each field that changes belongs to one of the two threads, or is atomic.
final class MessageRing: @unchecked Sendable {
    private let memory: UnsafeMutableRawPointer
    private let size: Int

    // The writer's. Places only grow; where they are in memory is told by their lower bits.
    private var end = 0
    private var freedSeen = 0
    private(set) var dropped = 0

    // The reader's.
    private var start = 0

    private let published = Atomic<Int>(0)
    private let freed = Atomic<Int>(0)

    /// Before each envelope stands its length, or this where it would not fit before the end of the memory.
    private static let goOnAtTheStart = -1
    private static let header = 8

    /// `size` is a power of two. Memory that is never written to is none.
    init(size: Int) {
        precondition(size >= 64 && size & (size - 1) == 0, "\(size) is no power of two")
        self.size = size
        memory = .allocate(byteCount: size, alignment: 16)
    }

    deinit { memory.deallocate() }

    @inline(__always)
    private static func space(_ envelope: Int) -> Int { header + (envelope + 7) & ~7 }

    // MARK: the writer

    /// Puts an envelope in, for the next `publish`.
    func add(_ envelope: UnsafeRawBufferPointer) {
        let needed = MessageRing.space(envelope.count)
        let left = size - end & (size - 1)
        let skipped = needed > left ? left : 0
        let filled = end + skipped + needed
        if filled - freedSeen > size {
            freedSeen = freed.load(ordering: .acquiring)
            guard filled - freedSeen <= size else {
                dropped += 1
                return
            }
        }
        if skipped > 0 {
            memory.storeBytes(of: MessageRing.goOnAtTheStart, toByteOffset: size - left, as: Int.self)
        }
        let at = memory + (end + skipped) & (size - 1)
        at.storeBytes(of: envelope.count, as: Int.self)
        if let from = envelope.baseAddress {
            (at + MessageRing.header).copyMemory(from: from, byteCount: envelope.count)
        }
        end = filled
    }

    /// Lets the reader see what was added. In one order with whatever else both threads agree on by such stores.
    func publish() { published.store(end, ordering: .sequentiallyConsistent) }

    // MARK: the reader

    var isEmpty: Bool { published.load(ordering: .sequentiallyConsistent) == start }

    /// Hands over what is there, up to about so many bytes, and makes room: an envelope is good until the visitor
    /// returns.
    func take(atMost bytes: Int, _ visit: (UnsafeRawBufferPointer) -> Void) {
        let until = published.load(ordering: .acquiring)
        let enough = start + bytes
        while start < until, start < enough {
            let at = start & (size - 1)
            let count = memory.load(fromByteOffset: at, as: Int.self)
            guard count != MessageRing.goOnAtTheStart else {
                start += size - at
                continue
            }
            visit(UnsafeRawBufferPointer(start: memory + at + MessageRing.header, count: count))
            start += MessageRing.space(count)
        }
        freed.store(start, ordering: .releasing)
    }
}
