/// Parquet's hybrid of run lengths and packed bits, in which levels and the numbers of a dictionary are written.
///
/// The memory behind `bytes` can be read for 16 bytes more than it holds (`PageMemory`), so that a number is one load.
struct RunLengthReader {
    enum Run {
        case same(UInt32, count: Int)
        /// Packed from a byte on.
        case packed(at: Int, count: Int)
    }

    let bytes: UnsafeRawBufferPointer
    let width: Int
    private var at = 0

    init(_ bytes: UnsafeRawBufferPointer, width: Int) throws(ParquetError) {
        guard (0...32).contains(width) else {
            throw ParquetError("a page has numbers of \(width) bits; 0 to 32 would be right")
        }
        self.bytes = bytes
        self.width = width
    }

    /// The next run, of which no more than `wanted` numbers are meant.
    mutating func next(wanted: Int) throws(ParquetError) -> Run {
        var head: UInt64 = 0
        var shift: UInt64 = 0
        while true {
            guard at < bytes.count, shift < 35 else { throw cutOff }
            let byte = bytes[at]
            at += 1
            head |= UInt64(byte & 0x7f) << shift
            if byte < 0x80 { break }
            shift += 7
        }
        let count = Int(head >> 1)
        if head & 1 == 0 {
            let size = (width + 7) / 8
            guard bytes.count - at >= size, count > 0 else { throw cutOff }
            var value: UInt32 = 0
            for place in 0..<size { value |= UInt32(bytes[at + place]) << UInt32(8 * place) }
            at += size
            return .same(value, count: min(count, wanted))
        }
        let numbers = min(count * 8, wanted)
        // Writers may leave out the end of the last group of eight.
        guard count > 0, (numbers * width + 7) / 8 <= bytes.count - at else { throw cutOff }
        defer { at += min(count * width, bytes.count - at) }
        return .packed(at: at, count: numbers)
    }

    private var cutOff: ParquetError { ParquetError("a page has fewer numbers than it says; it is damaged") }
}

/// Writes the same: runs of eight and more as runs, others packed.
struct RunLengthWriter {
    static func bytes(_ numbers: [UInt32], width: Int) -> [UInt8] {
        var bytes: [UInt8] = []
        var at = 0
        while at < numbers.count {
            let run = length(of: numbers, from: at)
            if run >= 8 {
                varint(UInt64(run) << 1, &bytes)
                for place in 0..<(width + 7) / 8 {
                    bytes.append(UInt8(truncatingIfNeeded: numbers[at] >> UInt32(8 * place)))
                }
                at += run
                continue
            }
            // Groups of eight up to the next run that is worth it, or to the end.
            var end = at
            while end < numbers.count, length(of: numbers, from: end) < 16 {
                end = min(end + 8, numbers.count)
            }
            let groups = (end - at + 7) / 8
            varint(UInt64(groups) << 1 | 1, &bytes)
            var packer = BitPacker()
            for place in at..<at + 8 * groups {
                packer.put(place < numbers.count ? UInt64(numbers[place]) : 0, width: width, &bytes)
            }
            packer.end(&bytes)
            at = end
        }
        return bytes
    }

    /// How many numbers from one on are the same.
    private static func length(of numbers: [UInt32], from start: Int) -> Int {
        var end = start + 1
        while end < numbers.count, numbers[end] == numbers[start] { end += 1 }
        return end - start
    }

    private static func varint(_ value: UInt64, _ bytes: inout [UInt8]) {
        var left = value
        while left >= 0x80 {
            bytes.append(UInt8(left & 0x7f) | 0x80)
            left >>= 7
        }
        bytes.append(UInt8(left))
    }
}

/// Packs numbers of up to 64 bits one behind the other, the lowest bit first.
struct BitPacker {
    private var word: UInt64 = 0
    private var filled = 0

    @inline(__always)
    mutating func put(_ value: UInt64, width: Int, _ bytes: inout [UInt8]) {
        guard width > 0 else { return }
        word |= value << UInt64(filled)
        if filled + width < 64 {
            filled += width
            return
        }
        withUnsafeBytes(of: word.littleEndian) { bytes.append(contentsOf: $0) }
        let taken = 64 - filled
        filled = width - taken
        word = filled == 0 ? 0 : value >> UInt64(taken)
    }

    /// Writes what is left, filled up to a whole byte.
    mutating func end(_ bytes: inout [UInt8]) {
        for place in 0..<(filled + 7) / 8 {
            bytes.append(UInt8(truncatingIfNeeded: word >> UInt64(8 * place)))
        }
        word = 0
        filled = 0
    }
}
