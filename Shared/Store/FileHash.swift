import CChecksum
import Configuration

/// How the store knows a file again.
enum FileHash {
    /// The key of BLAKE2b: these words, and zeros up to 32 bytes. Python's `hashlib.blake2b` gives the same.
    static let key = Array("tradewind bars".utf8) + [UInt8](repeating: 0, count: 18)

    static func blake2b(_ bytes: [UInt8]) -> String {
        var hash = [UInt8](repeating: 0, count: 32)
        tradewind_blake2b(&hash, bytes, bytes.count, key)
        return hash.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }

    /// A hash that somebody has written down; nothing where it is none.
    static func text(_ value: JSONValue?) -> String? {
        guard let hash = value?.text, hash.utf8.count == 64,
            hash.utf8.allSatisfy({ ($0 >= 48 && $0 < 58) || ($0 >= 97 && $0 < 103) })
        else { return nil }
        return hash
    }

    static func crc32c(_ bytes: [UInt8]) -> UInt32 { tradewind_crc32c(0, bytes, bytes.count) }
}
