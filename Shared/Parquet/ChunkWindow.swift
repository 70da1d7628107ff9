/// The part of a chunk that is in memory, and where its next page begins.
///
/// A chunk of a large row group has tens of megabytes. Half a one at a time stays in the cache of a core until it is
/// unpacked, and leaves the memory that faults to the columns.
struct ChunkWindow {
    private static let size = 1 << 19

    private let source: ParquetSource
    private let memory: PageMemory
    /// Where the chunk ends in the file, and where what is in memory begins there.
    private let end: Int
    private var start: Int
    private var bytes = UnsafeRawBufferPointer(start: nil, count: 0)
    private var at = 0

    init(_ source: ParquetSource, _ range: Range<Int>, _ memory: PageMemory) {
        self.source = source
        self.memory = memory
        start = range.lowerBound
        end = range.upperBound
    }

    /// The bytes of the chunk that were not taken.
    private var left: Int { end - start - at }

    /// The next page's.
    mutating func header() throws(ParquetError) -> PageHeader {
        // Most have less than a hundred bytes. One that is cut off by the window's end is read again with all that is left.
        try need(min(left, 1 << 12))
        var next = at
        do throws(ParquetError) {
            let header = try PageHeader(bytes, &next)
            at = next
            return header
        } catch {
            guard bytes.count - at < left else { throw error }
            try need(left)
            return try PageHeader(bytes, &at)
        }
    }

    /// What stands behind the header of a page.
    mutating func content(of page: PageHeader) throws(ParquetError) -> UnsafeRawBufferPointer {
        guard page.packedSize <= left else {
            throw ParquetError("a page ends behind the end of its column; the file is damaged or cut off")
        }
        try need(page.packedSize)
        defer { at += page.packedSize }
        return UnsafeRawBufferPointer(rebasing: bytes[at..<at + page.packedSize])
    }

    private mutating func need(_ count: Int) throws(ParquetError) {
        guard bytes.count - at < count else { return }
        start += at
        at = 0
        let room = min(max(count, ChunkWindow.size), end - start)
        bytes = try source.bytes(start..<start + room, memory)
    }
}
