import Glibc

/// Where the bytes of a Parquet file are.
enum ParquetSource: Sendable {
    case file(Int32)
    case memory([UInt8])

    /// A part of it, in memory that is used again.
    func bytes(_ range: Range<Int>, _ memory: PageMemory) throws(ParquetError) -> UnsafeRawBufferPointer {
        let room = memory.room(for: range.count)
        switch self {
        case .memory(let all):
            all.withUnsafeBytes { room.copyMemory(from: UnsafeRawBufferPointer(rebasing: $0[range])) }
        case .file(let file):
            var filled = 0
            while filled < range.count {
                let count = pread(
                    file, room.baseAddress! + filled, range.count - filled, off_t(range.lowerBound + filled))
                if count < 0, errno == EINTR { continue }
                guard count > 0 else {
                    throw ParquetError(
                        count == 0
                            ? "the file ends before byte \(range.upperBound); it was cut off while it was read"
                            : "the file cannot be read: \(String(cString: strerror(errno)))")
                }
                filled += count
            }
        }
        return UnsafeRawBufferPointer(room)
    }
}
