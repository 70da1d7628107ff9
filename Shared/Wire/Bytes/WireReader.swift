import Domain

/// Reads the protobuf wire format from bytes that may hold anything: every step checks what is left, and what is
/// wrong becomes a `WireError`. It accepts nothing that protobuf-c would not.
///
/// Offsets are those of the whole message, so an error inside a nested message names the right byte.
struct WireReader {
    private let start: UnsafeRawPointer
    private(set) var offset: Int
    private(set) var end: Int
    /// Bytes up to here may be loaded, though only those before `end` belong to what is read.
    private let limit: Int

    /// The pointer of an empty buffer is never followed.
    init(_ bytes: UnsafeRawBufferPointer) {
        start = bytes.baseAddress ?? UnsafeRawPointer(bitPattern: 8).unsafelyUnwrapped
        offset = 0
        end = bytes.count
        limit = bytes.count
    }

    /// A reader of a range that `span` gave.
    @inline(__always)
    func part(_ range: Range<Int>) -> WireReader {
        var part = self
        part.offset = range.lowerBound
        part.end = range.upperBound
        return part
    }

    @inline(__always) var isAtEnd: Bool { offset >= end }
    @inline(__always) private var left: Int { end &- offset }

    @inline(__always)
    private func byte(_ offset: Int) -> UInt8 { start.load(fromByteOffset: offset, as: UInt8.self) }

    @inline(__always)
    private func word(_ offset: Int) -> UInt64 {
        UInt64(littleEndian: start.loadUnaligned(fromByteOffset: offset, as: UInt64.self))
    }

    /// The next field's number and wire type. There must be a byte left.
    @inline(__always)
    mutating func tag() throws(WireError) -> UInt32 {
        let first = byte(offset)
        guard first < 0x80 else { return try longTag() }
        guard first >= 8 else { throw .malformed("a field has the number 0", at: offset) }
        offset &+= 1
        return UInt32(first)
    }

    private mutating func longTag() throws(WireError) -> UInt32 {
        let at = offset
        if left >= 2, byte(at &+ 1) &- 1 < 0x7f {
            offset = at &+ 2
            return UInt32(byte(at) & 0x7f) | UInt32(byte(at &+ 1)) << 7
        }
        let value = try varint()
        guard value <= UInt64(UInt32.max), offset &- at <= 5 else {
            throw .malformed("a field number is too large", at: at)
        }
        guard value >= 8 else { throw .malformed("a field has the number 0", at: at) }
        return UInt32(truncatingIfNeeded: value)
    }

    /// Takes the tag if it is this one.
    @inline(__always)
    mutating func takes(_ tag: UInt8) -> Bool {
        guard offset < end, byte(offset) == tag else { return false }
        offset &+= 1
        return true
    }

    @inline(__always)
    mutating func varint() throws(WireError) -> UInt64 {
        guard offset < end else { throw .truncated("a number", at: offset) }
        let first = byte(offset)
        guard first >= 0x80 else {
            offset &+= 1
            return UInt64(first)
        }
        return try longVarint()
    }

    private mutating func longVarint() throws(WireError) -> UInt64 {
        var value: UInt64 = 0
        var shift: UInt64 = 0
        var at = offset
        while at < end {
            let next = byte(at)
            at &+= 1
            value |= UInt64(next & 0x7f) &<< shift
            if next < 0x80 {
                // The tenth byte has room for one bit.
                guard shift < 63 || next <= 1 else {
                    throw .malformed("a number is over 64 bits", at: offset)
                }
                offset = at
                return value
            }
            shift &+= 7
            guard shift < 70 else { throw .malformed("a number has no end", at: offset) }
        }
        throw .truncated("a number", at: offset)
    }

    @inline(__always)
    mutating func fixed64() throws(WireError) -> Int64 {
        guard left >= 8 else { throw .truncated("a fixed-width number", at: offset) }
        let value = word(offset)
        offset &+= 8
        return Int64(bitPattern: value)
    }

    /// Whether `count` fixed-width fields stand here, with no gap in their numbers, the first with this tag. That
    /// is how every writer writes them; one comparison then stands for all their tags and lengths.
    @inline(__always)
    func isRun(of count: Int, from tag: UInt8) -> Bool {
        guard left >= 9 &* count else { return false }
        var difference: UInt8 = 0
        for index in 0..<count {
            difference |= byte(offset &+ 9 &* index) ^ (tag &+ 8 &* UInt8(truncatingIfNeeded: index))
        }
        return difference == 0
    }

    /// The value of a field that `isRun` has vouched for.
    @inline(__always)
    func runValue(_ index: Int) -> Int64 { Int64(bitPattern: word(offset &+ 9 &* index &+ 1)) }

    @inline(__always)
    mutating func passRun(of count: Int) { offset &+= 9 &* count }

    /// The length that a text, bytes or a nested message begins with, and the range of what follows it.
    @inline(__always)
    mutating func span() throws(WireError) -> Range<Int> {
        let at = offset
        let length = try varint()
        guard length <= UInt64(truncatingIfNeeded: left), offset &- at <= 5 else {
            throw .malformed("a length reaches beyond the end", at: at)
        }
        let from = offset
        offset = from &+ Int(truncatingIfNeeded: length)
        return Range(uncheckedBounds: (from, offset))
    }

    /// A span whose length is one byte; nothing for any other, or one that reaches beyond the end.
    @inline(__always)
    mutating func shortSpan() -> Range<Int>? {
        guard offset < end else { return nil }
        let length = byte(offset)
        let from = offset &+ 1
        guard length < 0x80, Int(length) <= end &- from else { return nil }
        offset = from &+ Int(length)
        return Range(uncheckedBounds: (from, offset))
    }

    /// A number of up to four bytes with four or more behind it, without a loop; nothing for any other.
    @inline(__always)
    mutating func shortVarint() -> UInt64? {
        guard left >= 8 else { return nil }
        let word = word(offset)
        let ends = ~word & 0x8080_8080
        guard ends != 0 else { return nil }
        // All bits up to the first byte's end, the sign bits of the bytes left out.
        let kept = word & (ends ^ (ends &- 1))
        offset &+= ends.trailingZeroBitCount &>> 3 &+ 1
        return kept & 0x7F | (kept &>> 1) & 0x3F80 | (kept &>> 2) & 0x1F_C000 | (kept &>> 3) & 0xFE0_0000
    }

    /// A number that is all that is left; of up to four bytes, with four or more before it, without a loop.
    @inline(__always)
    mutating func lastVarint() throws(WireError) -> UInt64 {
        let count = left
        guard count > 0, count <= 4, end >= 8 else { return try varint() }
        let word = word(end &- 8) &>> UInt64(truncatingIfNeeded: 64 &- 8 &* count)
        let ends = ~word & 0x8080_8080
        guard ends.trailingZeroBitCount == 8 &* count &- 1 else { return try varint() }
        offset = end
        return word & 0x7F | (word &>> 1) & 0x3F80 | (word &>> 2) & 0x1F_C000 | (word &>> 3) & 0xFE0_0000
    }

    /// One of the frequent bodies, if it is all that is left; what is read next is its content.
    @inline(__always)
    mutating func lastShortBody() -> FrequentBody? {
        guard left >= 3 else { return nil }
        let kind: FrequentBody
        switch UInt16(byte(offset)) | UInt16(byte(offset &+ 1)) &<< 8 {
        case 0x0182: kind = .bar
        case 0x018A: kind = .quote
        case 0x0192: kind = .trade
        default: return nil
        }
        guard Int(byte(offset &+ 2)) == left &- 3, left &- 3 < 0x80 else { return nil }
        offset &+= 3
        return kind
    }

    enum FrequentBody { case bar, quote, trade }

    /// Passes over the value of a field that is not known, or is known with another wire type: an error.
    mutating func skip(_ tag: UInt32, unlessKnownUpTo known: UInt32) throws(WireError) {
        guard tag >> 3 > known else { throw .type(ofTag: tag, at: offset) }
        switch tag & 7 {
        case 0: _ = try varint()
        case 1: _ = try fixed64()
        case 2: _ = try span()
        case 5:
            guard left >= 4 else { throw .truncated("a fixed-width number", at: offset) }
            offset &+= 4
        default: throw .malformed("there is no such wire type", at: offset)
        }
    }

    func bytes(_ range: Range<Int>) -> UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(start: start + range.lowerBound, count: range.count)
    }

    /// A symbol's bytes go straight into its three words.
    @inline(__always)
    mutating func symbol() throws(WireError) -> Symbol {
        let range = try span()
        let from = range.lowerBound
        let count = range.count
        guard count <= Symbol.lengthMax else {
            throw .malformed("a symbol is longer than 24 bytes", at: from)
        }
        var words: (UInt64, UInt64, UInt64) = (0, 0, 0)
        if limit &- from >= Symbol.lengthMax {
            words.0 = word(from) & mask(count)
            words.1 = word(from &+ 8) & mask(count &- 8)
            words.2 = word(from &+ 16) & mask(count &- 16)
        } else {
            for index in 0..<count {
                let shifted = UInt64(byte(from &+ index)) &<< UInt64(truncatingIfNeeded: (index & 7) &* 8)
                switch index >> 3 {
                case 0: words.0 |= shifted
                case 1: words.1 |= shifted
                default: words.2 |= shifted
                }
            }
        }
        // Plain ASCII without NUL needs no closer look, which is what every real symbol is.
        let filler = (~mask(count), ~mask(count &- 8), ~mask(count &- 16))
        let plain =
            hasZero(words.0 | filler.0) | hasZero(words.1 | filler.1) | hasZero(words.2 | filler.2)
            | ((words.0 | words.1 | words.2) & 0x8080_8080_8080_8080)
        if plain != 0 { try checkText(range, "a symbol") }
        return Symbol(words: words)
    }

    /// Refuses text that is not UTF-8, or holds a NUL, which C's strings cannot.
    @inline(never)
    func checkText(_ range: Range<Int>, _ what: StaticString) throws(WireError) {
        let text = bytes(range)
        if text.contains(0) { throw WireError("\(what) holds a NUL at byte \(range.lowerBound)") }
        guard String(validating: text, as: UTF8.self) != nil else {
            throw WireError("\(what) is not UTF-8 at byte \(range.lowerBound)")
        }
    }
}

/// The lowest `count` bytes of a word.
@inline(__always)
private func mask(_ count: Int) -> UInt64 {
    count >= 8 ? .max : count <= 0 ? 0 : ~(UInt64.max &<< UInt64(truncatingIfNeeded: count &* 8))
}

/// Not zero where one of the eight bytes is zero.
@inline(__always)
func hasZero(_ word: UInt64) -> UInt64 {
    (word &- 0x0101_0101_0101_0101) & ~word & 0x8080_8080_8080_8080
}
