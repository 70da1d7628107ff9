/// Memory for a page or a part of a chunk, with 16 readable zeros behind it: what unpacks bits loads whole words.
final class PageMemory {
    private static let slack = 16
    private var base = UnsafeMutableRawPointer.allocate(byteCount: slack, alignment: 16)
    private var capacity = 0

    init() { base.initializeMemory(as: UInt8.self, repeating: 0, count: PageMemory.slack) }

    deinit { base.deallocate() }

    /// So many bytes, whatever was there before.
    func room(for count: Int) -> UnsafeMutableRawBufferPointer {
        if count > capacity {
            base.deallocate()
            capacity = max(count, capacity * 2)
            base = .allocate(byteCount: capacity + PageMemory.slack, alignment: 16)
        }
        (base + count).initializeMemory(as: UInt8.self, repeating: 0, count: PageMemory.slack)
        return UnsafeMutableRawBufferPointer(start: base, count: count)
    }
}

/// What one reader of chunks needs, one chunk after the other: a part of it as the file has it, and a page of it unpacked.
/// Memory that is used again costs no faults; with fresh memory for each chunk those were 6 % of the time.
struct ChunkMemory {
    let packed = PageMemory()
    let page = PageMemory()
}
