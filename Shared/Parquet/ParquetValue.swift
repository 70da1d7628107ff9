/// A value as a column keeps it: numbers as they are, bytes as a place in the heap of the column.
protocol ParquetValue: BitwiseCopyable, Sendable {
    static var zero: Self { get }
    /// Takes `count` values that are written in an encoding other than a dictionary's.
    static func read(
        _ bytes: UnsafeRawBufferPointer, _ encoding: Encoding, count: Int, _ context: inout ValueContext,
        into values: UnsafeMutablePointer<Self>
    ) throws(ParquetError)
}

/// What values of a column need beside their bytes.
struct ValueContext {
    let column: ColumnSchema
    /// The bytes of all values that are bytes.
    var heap: [UInt8] = []

    func refusal(of encoding: Encoding) -> ParquetError {
        ParquetError("\(column.physical) values written as \(encoding) cannot be read")
    }

    var cutOff: ParquetError { ParquetError("a page has fewer values than it says; it is damaged") }
}

extension ParquetValue {
    /// Numbers as they lie in memory.
    @inline(__always)
    static func readPlain(
        _ bytes: UnsafeRawBufferPointer, count: Int, _ context: ValueContext,
        into values: UnsafeMutablePointer<Self>
    ) throws(ParquetError) {
        let size = count * MemoryLayout<Self>.size
        guard size <= bytes.count else { throw context.cutOff }
        guard size > 0, let base = bytes.baseAddress else { return }
        UnsafeMutableRawPointer(values).copyMemory(from: base, byteCount: size)
    }

    /// The first bytes of all values, then the second ones, and so on.
    static func readSplit(
        _ bytes: UnsafeRawBufferPointer, count: Int, _ context: ValueContext,
        into values: UnsafeMutablePointer<Self>
    ) throws(ParquetError) {
        let width = MemoryLayout<Self>.size
        guard count * width <= bytes.count else { throw context.cutOff }
        // What comes behind the values that are missing is no part of them: the page holds as many as there are bytes.
        let stride = bytes.count / width
        let target = UnsafeMutableRawPointer(values).assumingMemoryBound(to: UInt8.self)
        for part in 0..<width {
            for place in 0..<count { target[place * width + part] = bytes[part * stride + place] }
        }
    }
}

extension ParquetValue where Self: FixedWidthInteger {
    static func read(
        _ bytes: UnsafeRawBufferPointer, _ encoding: Encoding, count: Int, _ context: inout ValueContext,
        into values: UnsafeMutablePointer<Self>
    ) throws(ParquetError) {
        switch encoding {
        case .plain: try readPlain(bytes, count: count, context, into: values)
        case .byteStreamSplit: try readSplit(bytes, count: count, context, into: values)
        case .deltaBinaryPacked:
            var reader = try DeltaReader(bytes)
            guard reader.count == count else { throw context.cutOff }
            try reader.read(into: values)
        default: throw context.refusal(of: encoding)
        }
    }
}

extension ParquetValue where Self: BinaryFloatingPoint {
    static func read(
        _ bytes: UnsafeRawBufferPointer, _ encoding: Encoding, count: Int, _ context: inout ValueContext,
        into values: UnsafeMutablePointer<Self>
    ) throws(ParquetError) {
        switch encoding {
        case .plain: try readPlain(bytes, count: count, context, into: values)
        case .byteStreamSplit: try readSplit(bytes, count: count, context, into: values)
        default: throw context.refusal(of: encoding)
        }
    }
}

extension Int32: ParquetValue {}
extension Int64: ParquetValue {}
extension Float: ParquetValue {}
extension Double: ParquetValue {}

extension Bool: ParquetValue {
    static var zero: Bool { false }

    static func read(
        _ bytes: UnsafeRawBufferPointer, _ encoding: Encoding, count: Int, _ context: inout ValueContext,
        into values: UnsafeMutablePointer<Bool>
    ) throws(ParquetError) {
        switch encoding {
        case .plain:
            guard (count + 7) / 8 <= bytes.count else { throw context.cutOff }
            for place in 0..<count { values[place] = bytes[place >> 3] >> UInt8(place & 7) & 1 == 1 }
        case .runLength:
            guard bytes.count >= 4 else { throw context.cutOff }
            let size = Int(UInt32(littleEndian: bytes.loadUnaligned(as: UInt32.self)))
            guard size <= bytes.count - 4 else { throw context.cutOff }
            _ = try Levels.read(
                UnsafeRawBufferPointer(rebasing: bytes[4..<4 + size]), count: count, into: values)
        default: throw context.refusal(of: encoding)
        }
    }
}

/// Nanoseconds of a day and the day's Julian number, as old writers kept times.
struct Int96: ParquetValue {
    var low: UInt32
    var middle: UInt32
    var day: UInt32

    static var zero: Int96 { Int96(low: 0, middle: 0, day: 0) }

    static func read(
        _ bytes: UnsafeRawBufferPointer, _ encoding: Encoding, count: Int, _ context: inout ValueContext,
        into values: UnsafeMutablePointer<Int96>
    ) throws(ParquetError) {
        guard encoding == .plain else { throw context.refusal(of: encoding) }
        try readPlain(bytes, count: count, context, into: values)
    }

    /// Since 1970, or nothing where 64 bits cannot hold it.
    var nanoseconds: Int64? {
        let (days, overflow) = (Int64(day) - 2_440_588).multipliedReportingOverflow(by: 86_400_000_000_000)
        let (sum, carry) = days.addingReportingOverflow(Int64(bitPattern: UInt64(middle) << 32 | UInt64(low)))
        return overflow || carry ? nil : sum
    }
}

/// Where the bytes of a value lie in the heap of its column.
public struct ByteSlice: ParquetValue, Equatable {
    var start: Int
    var count: Int

    static var zero: ByteSlice { ByteSlice(start: 0, count: 0) }

    static func read(
        _ bytes: UnsafeRawBufferPointer, _ encoding: Encoding, count: Int, _ context: inout ValueContext,
        into values: UnsafeMutablePointer<ByteSlice>
    ) throws(ParquetError) {
        switch encoding {
        case .plain where context.column.physical == .fixedByteArray:
            let length = context.column.length
            guard count <= bytes.count / length else { throw context.cutOff }
            let start = context.heap.count
            context.heap.append(contentsOf: bytes.prefix(count * length))
            for place in 0..<count { values[place] = ByteSlice(start: start + place * length, count: length) }
        case .plain: try readRuns(bytes, count: count, &context, into: values)
        case .deltaLengthByteArray: try readLengths(bytes, count: count, &context, into: values)
        case .deltaByteArray: try readPrefixes(bytes, count: count, &context, into: values)
        default: throw context.refusal(of: encoding)
        }
    }

    /// Each with its length in front.
    private static func readRuns(
        _ bytes: UnsafeRawBufferPointer, count: Int, _ context: inout ValueContext,
        into values: UnsafeMutablePointer<ByteSlice>
    ) throws(ParquetError) {
        let heap = context.heap.count
        var at = 0
        for place in 0..<count {
            guard bytes.count - at >= 4 else { throw context.cutOff }
            let length = Int(UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: at, as: UInt32.self)))
            guard length <= bytes.count - at - 4 else { throw context.cutOff }
            values[place] = ByteSlice(start: heap + at + 4, count: length)
            at += 4 + length
        }
        context.heap.append(contentsOf: bytes.prefix(at))
    }

    /// All lengths, and then all bytes.
    private static func readLengths(
        _ bytes: UnsafeRawBufferPointer, count: Int, _ context: inout ValueContext,
        into values: UnsafeMutablePointer<ByteSlice>
    ) throws(ParquetError) {
        var reader = try DeltaReader(bytes)
        let lengths = try numbers(&reader, count: count, context)
        var at = reader.at
        let shift = context.heap.count - at
        for place in 0..<count {
            guard lengths[place] >= 0, lengths[place] <= bytes.count - at else { throw context.cutOff }
            values[place] = ByteSlice(start: shift + at, count: Int(lengths[place]))
            at += Int(lengths[place])
        }
        context.heap.append(contentsOf: bytes[reader.at..<at])
    }

    /// How much of the value before each begins with, the lengths of the rest, and the rest.
    private static func readPrefixes(
        _ bytes: UnsafeRawBufferPointer, count: Int, _ context: inout ValueContext,
        into values: UnsafeMutablePointer<ByteSlice>
    ) throws(ParquetError) {
        var reader = try DeltaReader(bytes)
        let prefixes = try numbers(&reader, count: count, context)
        let rest = UnsafeRawBufferPointer(rebasing: bytes[reader.at...])
        var suffixReader = try DeltaReader(rest)
        let suffixes = try numbers(&suffixReader, count: count, context)
        var at = suffixReader.at
        var before = ByteSlice.zero
        // A prefix is written out again: without a bound, a small page could ask for all the memory there is.
        let heapMax = context.heap.count + (1 << 28)
        for place in 0..<count {
            guard prefixes[place] >= 0, prefixes[place] <= before.count, suffixes[place] >= 0,
                suffixes[place] <= rest.count - at, context.heap.count < heapMax
            else { throw context.cutOff }
            let start = context.heap.count
            let shared = context.heap[before.start..<before.start + Int(prefixes[place])]
            context.heap.append(contentsOf: Array(shared))
            context.heap.append(contentsOf: rest[at..<at + Int(suffixes[place])])
            at += Int(suffixes[place])
            before = ByteSlice(start: start, count: context.heap.count - start)
            values[place] = before
        }
    }

    private static func numbers(
        _ reader: inout DeltaReader, count: Int, _ context: ValueContext
    ) throws(ParquetError) -> [Int64] {
        guard reader.count == count else { throw context.cutOff }
        var numbers = [Int64](repeating: 0, count: count)
        var failure: ParquetError?
        numbers.withUnsafeMutableBufferPointer { buffer in
            guard let base = buffer.baseAddress else { return }
            do throws(ParquetError) { try reader.read(into: base) } catch { failure = error }
        }
        if let failure { throw failure }
        return numbers
    }
}
