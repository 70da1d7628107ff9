import CChecksum

/// The first 512 bytes of a segment: whose it is, where it stands in the row, and what came before it.
public struct SegmentHeader: Equatable, Sendable {
    public static let size = 512
    static let magic: UInt64 = 0x3153_4E41_5254_5754  // "TWTRANS1"
    static let formatVersion: UInt32 = 2

    public var service: String
    public var shard: String
    /// The process that opened it: `historian.1`.
    public var instance: String
    public var epoch: UInt64
    /// 0, 1, 2… over all epochs of the shard.
    public var index: UInt64
    /// The sequence of the first batch in it.
    public var sequence: UInt64
    public var createdAt: Int64
    /// The machine's boot during which it was opened; after another one a tail may be lost.
    public var boot: String
    public var previousHash: RunningHash
    public var binary: RunningHash
    public var configuration: RunningHash

    public var name: String { SegmentHeader.name(index) }

    public static func name(_ index: UInt64) -> String {
        let digits = String(index)
        return String(repeating: "0", count: max(0, 8 - digits.count)) + digits + ".segment"
    }

    func write(to segment: UnsafeMutableRawPointer) {
        var bytes: [UInt8] = []
        func put<T: FixedWidthInteger>(_ value: T) {
            withUnsafeBytes(of: value.littleEndian) { bytes.append(contentsOf: $0) }
        }
        func put(_ text: String) {
            let utf8 = Array(text.utf8.prefix(63))
            bytes.append(UInt8(utf8.count))
            bytes.append(contentsOf: utf8 + [UInt8](repeating: 0, count: 63 - utf8.count))
        }
        put(SegmentHeader.magic)
        put(SegmentHeader.formatVersion)
        put(UInt32(0))
        put(epoch)
        put(index)
        put(sequence)
        put(createdAt)
        put(service)
        put(shard)
        put(instance)
        put(boot)
        bytes += previousHash.bytes + binary.bytes + configuration.bytes
        precondition(bytes.count == SegmentHeader.size - 112)
        let crc = bytes.withUnsafeBytes { tradewind_crc32c(0, $0.baseAddress! + 16, $0.count - 16) }
        bytes.withUnsafeBytes { segment.copyMemory(from: $0.baseAddress!, byteCount: $0.count) }
        segment.storeBytes(of: crc, toByteOffset: 12, as: UInt32.self)
    }

    /// The header of a segment, or the reason why it is none.
    package static func read(_ bytes: UnsafeRawBufferPointer) -> Result<SegmentHeader, Damage.Reason> {
        guard bytes.count >= size else { return .failure(.init("it is shorter than a segment's header")) }
        guard bytes.loadUnaligned(as: UInt64.self) == magic else {
            return .failure(.init("it does not begin as a segment does"))
        }
        let version = bytes.loadUnaligned(fromByteOffset: 8, as: UInt32.self)
        guard version == formatVersion else {
            return .failure(
                .init("its format is version \(version), and this program knows version \(formatVersion)"))
        }
        let crc = tradewind_crc32c(0, bytes.baseAddress! + 16, size - 112 - 16)
        guard crc == bytes.loadUnaligned(fromByteOffset: 12, as: UInt32.self) else {
            return .failure(.init("the checksum of its header does not match"))
        }
        var offset = 16
        func word() -> UInt64 {
            defer { offset += 8 }
            return UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self))
        }
        func text() -> String {
            defer { offset += 64 }
            let count = min(63, Int(bytes[offset]))
            return String(decoding: bytes[(offset + 1)..<(offset + 1 + count)], as: UTF8.self)
        }
        func hash() -> RunningHash {
            defer { offset += RunningHash.size }
            return RunningHash(Array(bytes[offset..<(offset + RunningHash.size)]))
        }
        let epoch = word()
        let index = word()
        let sequence = word()
        let createdAt = Int64(bitPattern: word())
        return .success(
            SegmentHeader(
                service: text(), shard: text(), instance: text(), epoch: epoch, index: index,
                sequence: sequence, createdAt: createdAt, boot: text(), previousHash: hash(), binary: hash(),
                configuration: hash()))
    }
}

/// A part of a transcript that cannot be what was written: nothing is done with it but to say so.
public struct Damage: Error, CustomStringConvertible, Sendable {
    public struct Reason: Error, Sendable {
        package let text: String
        init(_ text: String) { self.text = text }
    }

    public let description: String

    init(_ place: String, _ name: String, _ what: String) {
        description =
            "\(place)/\(name): \(what). Nothing was changed. Put back a copy of the file, or move the folder "
            + "\(place) away to begin a fresh transcript"
    }
}
