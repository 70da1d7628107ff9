import CChecksum

/// The BLAKE2b hash of a transcript so far: each checkpoint hashes the hash before it and the records since, so
/// it can go on from any checkpoint, and a change of any byte changes all that follow.
public struct RunningHash: Hashable, Sendable {
    public static let size = 32

    public private(set) var bytes: [UInt8]

    public init() { bytes = [UInt8](repeating: 0, count: RunningHash.size) }

    public init(_ bytes: [UInt8]) {
        precondition(bytes.count == RunningHash.size)
        self.bytes = bytes
    }

    /// Goes on over more records.
    public mutating func absorb(_ records: UnsafeRawBufferPointer) {
        var next = [UInt8](repeating: 0, count: RunningHash.size)
        tradewind_blake2b_lanes(&next, records.baseAddress, records.count, bytes)
        bytes = next
    }

    public static func of(_ text: String) -> RunningHash {
        var hash = RunningHash()
        var text = text
        text.withUTF8 { hash.absorb(UnsafeRawBufferPointer($0)) }
        return hash
    }

    public var hex: String {
        bytes.map { byte in
            let text = String(byte, radix: 16)
            return text.count == 1 ? "0" + text : text
        }.joined()
    }
}
