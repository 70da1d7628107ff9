/// Differences from number to number, packed in blocks with as many bits as the largest of a part needs: times that go
/// on evenly take next to nothing, and prices three bytes.
struct DeltaReader {
    private let bytes: UnsafeRawBufferPointer
    private(set) var at = 0
    /// How many numbers there are.
    let count: Int
    private let parts: Int
    private let perPart: Int
    private var value: Int64

    init(_ bytes: UnsafeRawBufferPointer) throws(ParquetError) {
        self.bytes = bytes
        let block = try DeltaReader.varint(bytes, &at)
        let parts = try DeltaReader.varint(bytes, &at)
        let count = try DeltaReader.varint(bytes, &at)
        value = DeltaReader.zigzag(try DeltaReader.varint(bytes, &at))
        guard (1...65_536).contains(block), (1...512).contains(parts), block % parts == 0,
            (block / parts) % 8 == 0,
            count <= UInt64(Int32.max)
        else {
            throw ParquetError(
                "a page has differences in blocks of \(block) in \(parts) parts, which cannot be; it is damaged"
            )
        }
        self.count = Int(count)
        self.parts = Int(parts)
        perPart = Int(block / parts)
    }

    /// All the numbers, into as much room.
    mutating func read<Number: FixedWidthInteger>(
        into numbers: UnsafeMutablePointer<Number>
    ) throws(ParquetError) {
        guard count > 0 else { return }
        numbers[0] = Number(truncatingIfNeeded: value)
        var done = 1
        while done < count {
            let least = DeltaReader.zigzag(try DeltaReader.varint(bytes, &at))
            guard bytes.count - at >= parts else { throw DeltaReader.cutOff }
            let widths = at
            at += parts
            for part in 0..<parts where done < count {
                let width = Int(bytes[widths + part])
                let wanted = min(perPart, count - done)
                guard width <= 64, (wanted * width + 7) / 8 <= bytes.count - at, let base = bytes.baseAddress
                else {
                    throw DeltaReader.cutOff
                }
                add(base + at, width: width, count: wanted, least: least, to: numbers + done)
                done += wanted
                at += min(perPart * width / 8, bytes.count - at)
            }
        }
    }

    @inline(__always)
    private mutating func add<Number: FixedWidthInteger>(
        _ base: UnsafeRawPointer, width: Int, count: Int, least: Int64,
        to numbers: UnsafeMutablePointer<Number>
    ) {
        var value = value
        defer { self.value = value }
        if width == 0 {
            for place in 0..<count {
                value &+= least
                numbers[place] = Number(truncatingIfNeeded: value)
            }
            return
        }
        var bit = 0
        if width <= 56 {
            let mask = UInt64(1) << UInt64(width) &- 1
            for place in 0..<count {
                let word = base.loadUnaligned(fromByteOffset: bit >> 3, as: UInt64.self)
                value &+= least &+ Int64(bitPattern: (word >> UInt64(bit & 7)) & mask)
                numbers[place] = Number(truncatingIfNeeded: value)
                bit &+= width
            }
            return
        }
        let mask = width == 64 ? UInt64.max : UInt64(1) << UInt64(width) &- 1
        for place in 0..<count {
            // Up to 64 bits from anywhere within a byte lie in two words.
            let low = base.loadUnaligned(fromByteOffset: bit >> 3, as: UInt64.self)
            let high = UInt64(base.load(fromByteOffset: bit >> 3 + 8, as: UInt8.self))
            let shift = UInt64(bit & 7)
            let word = shift == 0 ? low : low >> shift | high << (64 - shift)
            value &+= least &+ Int64(bitPattern: word & mask)
            numbers[place] = Number(truncatingIfNeeded: value)
            bit &+= width
        }
    }

    private static let cutOff = ParquetError("a page of differences ends too early; it is damaged")

    private static func zigzag(_ raw: UInt64) -> Int64 {
        Int64(bitPattern: raw >> 1) ^ -Int64(bitPattern: raw & 1)
    }

    private static func varint(_ bytes: UnsafeRawBufferPointer, _ at: inout Int) throws(ParquetError)
        -> UInt64
    {
        var value: UInt64 = 0
        for shift in stride(from: UInt64(0), through: 63, by: 7) {
            guard at < bytes.count else { throw cutOff }
            let next = bytes[at]
            at += 1
            value |= UInt64(next & 0x7f) << shift
            if next < 0x80 { return value }
        }
        throw cutOff
    }
}

/// Writes the same, in blocks of 512 numbers with four parts.
struct DeltaWriter {
    private static let block = 512
    private static let perPart = 128

    /// Differences go round within the width of the numbers: a reader of 32 bits takes no 33.
    static func bytes<Number: FixedWidthInteger & SignedInteger>(
        _ numbers: some RandomAccessCollection<Number>
    ) -> [UInt8] {
        var bytes: [UInt8] = []
        varint(UInt64(block), &bytes)
        varint(UInt64(block / perPart), &bytes)
        varint(UInt64(numbers.count), &bytes)
        zigzag(Int64(numbers.first ?? 0), &bytes)
        bytes.reserveCapacity(numbers.count * 3 + 64)
        var differences: [Number] = []
        differences.reserveCapacity(block)
        var last = numbers.first ?? 0
        for number in numbers.dropFirst() {
            differences.append(number &- last)
            last = number
            if differences.count == block { put(&differences, &bytes) }
        }
        if !differences.isEmpty { put(&differences, &bytes) }
        return bytes
    }

    private static func put<Number: FixedWidthInteger & SignedInteger>(
        _ differences: inout [Number], _ bytes: inout [UInt8]
    ) {
        let least = differences.min() ?? 0
        zigzag(Int64(least), &bytes)
        /// How far one is above the least, which is never negative.
        func above(_ difference: Number) -> UInt64 {
            UInt64(Number.Magnitude(truncatingIfNeeded: difference &- least))
        }
        var widths: [Int] = []
        for start in stride(from: 0, to: block, by: perPart) {
            guard start < differences.count else {
                widths.append(0)
                continue
            }
            var all: UInt64 = 0
            for place in start..<min(start + perPart, differences.count) { all |= above(differences[place]) }
            widths.append(64 - all.leadingZeroBitCount)
        }
        for width in widths { bytes.append(UInt8(width)) }
        for (part, start) in stride(from: 0, to: differences.count, by: perPart).enumerated() {
            var packer = BitPacker()
            for place in start..<start + perPart {
                packer.put(
                    place < differences.count ? above(differences[place]) : 0, width: widths[part], &bytes)
            }
            packer.end(&bytes)
        }
        differences.removeAll(keepingCapacity: true)
    }

    private static func zigzag(_ value: Int64, _ bytes: inout [UInt8]) {
        varint(UInt64(bitPattern: (value << 1) ^ (value >> 63)), &bytes)
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
