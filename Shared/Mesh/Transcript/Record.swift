import CChecksum

/// One entry of a transcript: a header of 24 bytes, then the envelope as it was on the wire, padded to 8 bytes.
///
///     0  commit   0xA5 and the payload's length; the first of a batch is stored last, so a batch is there or not
///     4  crc      CRC-32C of everything after it
///     8  kind, 9 flags, 10 stream (which of the owner's topics, for sent messages)
///     12 sequence of the batch, low 32 bits
///     16 time
public struct Record {
    public static let headerSize = 24
    public static let payloadMax = 0xFF_FFFF
    static let commitMark: UInt32 = 0xA500_0000

    public enum Kind: UInt8, Sendable {
        /// A message that the machine received.
        case taken = 1
        /// A message that was sent because of it, or that an edge brought in.
        case sent = 2
        /// The running hash of all before it.
        case checkpoint = 3
        /// A message that was sent, lost in a power cut, and given back by a taker.
        case recovered = 4
    }

    public struct Flags: OptionSet, Sendable {
        public let rawValue: UInt8
        public init(rawValue: UInt8) { self.rawValue = rawValue }
        public static let lastOfBatch = Flags(rawValue: 1)
    }

    /// Where it starts in its segment.
    public let offset: Int
    public let kind: Kind
    public let flags: Flags
    public let stream: UInt16
    public let sequence: UInt32
    public let time: Int64
    public let payload: UnsafeRawBufferPointer

    public var end: Int { offset + Record.size(payload: payload.count) }

    public static func size(payload: Int) -> Int { headerSize + (payload + 7) & ~7 }

    /// What stands at an offset of a segment.
    public enum Reading {
        case record(Record)
        /// Nothing was committed here.
        case empty
        case damaged(String)
    }

    public static func read(_ bytes: UnsafeRawBufferPointer, at offset: Int) -> Reading {
        guard offset + headerSize <= bytes.count else { return .empty }
        let commit = bytes.loadUnaligned(fromByteOffset: offset, as: UInt32.self)
        if commit == 0 { return .empty }
        guard commit & 0xFF00_0000 == commitMark else { return .damaged("its length is not one") }
        let length = Int(commit & 0xFF_FFFF)
        guard offset + size(payload: length) <= bytes.count else {
            return .damaged("its length goes beyond the end of the segment")
        }
        let covered = UnsafeRawBufferPointer(rebasing: bytes[(offset + 8)..<(offset + headerSize + length)])
        let crc = tradewind_crc32c(0, covered.baseAddress, covered.count)
        guard crc == bytes.loadUnaligned(fromByteOffset: offset + 4, as: UInt32.self) else {
            return .damaged("its checksum does not match")
        }
        guard let kind = Kind(rawValue: bytes[offset + 8]) else { return .damaged("its kind is unknown") }
        return .record(
            Record(
                offset: offset, kind: kind, flags: Flags(rawValue: bytes[offset + 9]),
                stream: bytes.loadUnaligned(fromByteOffset: offset + 10, as: UInt16.self),
                sequence: bytes.loadUnaligned(fromByteOffset: offset + 12, as: UInt32.self),
                time: bytes.loadUnaligned(fromByteOffset: offset + 16, as: Int64.self),
                payload: UnsafeRawBufferPointer(
                    rebasing: bytes[(offset + headerSize)..<(offset + headerSize + length)])))
    }

    /// Writes everything of a header but the commit word and the checksum.
    static func open(
        _ base: UnsafeMutableRawPointer, kind: Kind, stream: UInt16, sequence: UInt64, time: Int64
    ) {
        base.storeBytes(of: kind.rawValue, toByteOffset: 8, as: UInt8.self)
        base.storeBytes(of: 0, toByteOffset: 9, as: UInt8.self)
        base.storeBytes(of: stream, toByteOffset: 10, as: UInt16.self)
        base.storeBytes(of: UInt32(truncatingIfNeeded: sequence), toByteOffset: 12, as: UInt32.self)
        base.storeBytes(of: time, toByteOffset: 16, as: Int64.self)
    }

    /// Stores the checksum, once the payload and the flags are in place.
    static func close(_ base: UnsafeMutableRawPointer, payload: Int) {
        let crc = tradewind_crc32c(0, base + 8, headerSize - 8 + payload)
        base.storeBytes(of: crc, toByteOffset: 4, as: UInt32.self)
    }
}
