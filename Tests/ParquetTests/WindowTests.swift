import Testing

@testable import Parquet

/// Chunks are read through a window that is smaller than most of them.
@Suite struct WindowTests {
    /// A page of plain values behind a header; `words` makes the header as long as one likes.
    private static func page(_ content: [UInt8], words: Int = 0) -> [UInt8] {
        var header = ThriftWriter()
        header.integer(1, PageType.data.rawValue)
        header.integer(2, content.count)
        header.integer(3, content.count)
        header.fields(5) { data in
            data.integer(1, content.count / 8)
            data.integer(2, Encoding.plain.rawValue)
            if words > 0 {
                data.fields(5) { $0.text(1, String(repeating: "w", count: words)) }
            }
        }
        header.end()
        return header.bytes + content
    }

    @Test("pages of every size come whole, wherever the window ends")
    func sizes() throws {
        let sizes = [8, 524_000, 16, 300_000, 300_000, 4_000_000, 0, 100]
        let contents = sizes.map { size in (0..<size).map { UInt8(truncatingIfNeeded: $0 * 31 + size) } }
        let bytes = contents.flatMap { WindowTests.page($0) }
        var window = ChunkWindow(.memory([9, 9] + bytes + [9]), 2..<bytes.count + 2, PageMemory())
        for content in contents {
            let header = try window.header()
            #expect(header.size == content.count)
            #expect(Array(try window.content(of: header)) == content)
        }
    }

    @Test("a header longer than the window is read whole, too")
    func longHeaders() throws {
        let content = [UInt8](repeating: 7, count: 80)
        let bytes =
            WindowTests.page(content, words: 10_000) + WindowTests.page(content, words: 700_000)
            + WindowTests.page(content)
        var window = ChunkWindow(.memory(bytes), 0..<bytes.count, PageMemory())
        for _ in 0..<3 {
            let header = try window.header()
            #expect(Array(try window.content(of: header)) == content)
        }
    }

    @Test("a page that its chunk does not hold is refused")
    func beyond() throws {
        let bytes = WindowTests.page([UInt8](repeating: 7, count: 800))
        var window = ChunkWindow(.memory(bytes), 0..<bytes.count - 1, PageMemory())
        let header = try window.header()
        #expect(throws: ParquetError.self) { try window.content(of: header) }
        var half = ChunkWindow(.memory(bytes), 0..<5, PageMemory())
        #expect(throws: ParquetError.self) { try half.header() }
    }
}
