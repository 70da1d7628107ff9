import Domain

/// Writes the protobuf wire format at a place that is known to be large enough.
///
/// Fields that are zero are left out, as proto3 wants it. They are written all the same and then overwritten:
/// a store and a conditional move cost less than a branch, so the place must have room for every field.
struct WireWriter {
    private var place: UnsafeMutableRawPointer
    private let start: UnsafeMutableRawPointer

    init(_ start: UnsafeMutableRawPointer) {
        self.start = start
        place = start
    }

    var length: Int { place - start }

    @inline(__always)
    mutating func fixed64(_ tag: UInt8, _ value: Int64) {
        place.storeBytes(of: tag, as: UInt8.self)
        (place + 1).storeBytes(of: value.littleEndian, as: Int64.self)
        place += value == 0 ? 0 : 9
    }

    @inline(__always)
    mutating func count(_ tag: UInt8, _ value: UInt64) {
        guard value != 0 else { return }
        byte(tag)
        varint(value)
    }

    @inline(__always)
    mutating func byte(_ value: UInt8) {
        place.storeBytes(of: value, as: UInt8.self)
        place += 1
    }

    @inline(__always)
    mutating func varint(_ value: UInt64) {
        var rest = value
        while rest >= 0x80 {
            byte(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest &>>= 7
        }
        byte(UInt8(truncatingIfNeeded: rest))
    }

    /// A text; a NUL in it becomes U+FFFD, because C's strings end at a NUL.
    @inline(__always)
    mutating func text(_ tag: UInt8, _ value: String) {
        let written: Void? = value.utf8.withContiguousStorageIfAvailable { bytes in
            text(tag, UnsafeRawBufferPointer(bytes))
        }
        if written == nil { Array(value.utf8).withUnsafeBytes { text(tag, $0) } }
    }

    @inline(__always)
    private mutating func text(_ tag: UInt8, _ bytes: UnsafeRawBufferPointer) {
        let count = bytes.count
        guard count > 0, let source = bytes.baseAddress else { return }
        let before = place
        byte(tag)
        varint(UInt64(truncatingIfNeeded: count))
        var zero: UInt64 = 0
        if count >= 8 {
            // Eight bytes at a time, the last eight overlapping: four times as fast as memcpy and memchr here.
            var index = 0
            while index < count &- 8 {
                zero |= copyWord(source, index)
                index &+= 8
            }
            zero |= copyWord(source, count &- 8)
        } else {
            for index in 0..<count {
                let next = source.load(fromByteOffset: index, as: UInt8.self)
                zero |= next == 0 ? 1 : 0
                (place + index).storeBytes(of: next, as: UInt8.self)
            }
        }
        place += count
        if zero != 0 {
            place = before
            textWithNul(tag, bytes)
        }
    }

    @inline(__always)
    private func copyWord(_ source: UnsafeRawPointer, _ index: Int) -> UInt64 {
        let word = source.loadUnaligned(fromByteOffset: index, as: UInt64.self)
        (place + index).storeBytes(of: word, as: UInt64.self)
        return hasZero(word)
    }

    @inline(never)
    private mutating func textWithNul(_ tag: UInt8, _ bytes: UnsafeRawBufferPointer) {
        var zeros = 0
        for next in bytes where next == 0 { zeros += 1 }
        byte(tag)
        varint(UInt64(bytes.count + 2 * zeros))
        for next in bytes {
            if next == 0 {
                byte(0xEF)
                byte(0xBF)
                byte(0xBD)
            } else {
                byte(next)
            }
        }
    }

    /// A symbol of up to 24 bytes; three words are stored whatever its length.
    @inline(__always)
    mutating func symbol(_ tag: UInt8, _ symbol: Symbol) {
        let count = symbol.wireLength
        guard count > 0 else { return }
        byte(tag)
        byte(UInt8(truncatingIfNeeded: count))
        place.storeBytes(of: symbol.words.0.littleEndian, as: UInt64.self)
        (place + 8).storeBytes(of: symbol.words.1.littleEndian, as: UInt64.self)
        (place + 16).storeBytes(of: symbol.words.2.littleEndian, as: UInt64.self)
        place += count
    }

    /// A nested message of fewer than 128 bytes: its length, in one byte, is known after it is written.
    @inline(__always)
    mutating func short(_ tag: UInt16, _ write: (inout WireWriter) -> Void) {
        place.storeBytes(of: tag.littleEndian, as: UInt16.self)
        place += 3
        let begin = place
        write(&self)
        (begin - 1).storeBytes(of: UInt8(truncatingIfNeeded: place - begin), as: UInt8.self)
    }

    /// A nested message of any length: moved up by a byte or more in the rare case that its length needs them.
    @inline(__always)
    mutating func nested(_ tag: UInt8, _ write: (inout WireWriter) -> Void) {
        byte(tag)
        let lengthPlace = place
        place += 1
        write(&self)
        let length = place - lengthPlace - 1
        if length < 0x80 {
            lengthPlace.storeBytes(of: UInt8(truncatingIfNeeded: length), as: UInt8.self)
            return
        }
        let extra = length < 1 << 14 ? 1 : length < 1 << 21 ? 2 : length < 1 << 28 ? 3 : 4
        (lengthPlace + 1 + extra).copyMemory(from: lengthPlace + 1, byteCount: length)
        place = lengthPlace
        varint(UInt64(length))
        place += length
    }

    mutating func bytes(_ source: UnsafeRawBufferPointer) {
        guard let from = source.baseAddress else { return }
        place.copyMemory(from: from, byteCount: source.count)
        place += source.count
    }

    /// Lets someone else write `count` bytes here.
    mutating func write(_ count: Int, _ body: (UnsafeMutableRawPointer) -> Void) {
        body(place)
        place += count
    }
}

extension Symbol {
    /// How many bytes come before the first NUL.
    @inline(__always)
    var wireLength: Int {
        let lengths = (firstZero(words.0), firstZero(words.1), firstZero(words.2))
        if lengths.0 < 8 { return lengths.0 }
        if lengths.1 < 8 { return 8 &+ lengths.1 }
        return 16 &+ lengths.2
    }
}

/// How many bytes of a word come before its first zero byte; 8 if there is none.
@inline(__always)
private func firstZero(_ word: UInt64) -> Int { hasZero(word).trailingZeroBitCount &>> 3 }

/// The longest varint and length.
let varintMax = 10

extension String {
    /// An upper bound of a text field's size, whatever becomes of NULs: O(1), and generous.
    var wireSizeMax: Int { 1 + varintMax + 3 * utf8.count }
}
