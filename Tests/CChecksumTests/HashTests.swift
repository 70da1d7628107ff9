import CChecksum
import CSodium
import Testing

@Suite("The checksums written in C")
struct HashTests {
    @Test("BLAKE2b is libsodium's, at every length around its blocks")
    func agreesWithLibsodium() {
        let bytes = (0..<1500).map { UInt8(truncatingIfNeeded: $0 &* 167 &+ $0 >> 3) }
        let key = Array(bytes[700..<732])
        for count in bytes.indices {
            var ours = [UInt8](repeating: 0, count: 32)
            var theirs = ours
            tradewind_blake2b(&ours, bytes, count, key)
            crypto_generichash(&theirs, 32, bytes, UInt64(count), key, 32)
            #expect(ours == theirs, "\(count) bytes")
        }
    }

    @Test(
        "four hashes at once are libsodium's hash of four of its hashes, at every length around their blocks")
    func agreesInLanes() {
        let bytes = (0..<1100).map { UInt8(truncatingIfNeeded: $0 &* 151 &+ $0 >> 4) }
        let key = Array(bytes[900..<932])
        for count in bytes.indices {
            var ours = [UInt8](repeating: 0, count: 32)
            tradewind_blake2b_lanes(&ours, bytes, count, key)
            #expect(ours == ofLanes(Array(bytes.prefix(count)), key), "\(count) bytes")
        }
    }

    private func ofLanes(_ bytes: [UInt8], _ key: [UInt8]) -> [UInt8] {
        let padded = bytes + [UInt8](repeating: 0, count: (512 - bytes.count % 512) % 512)
        var root: [UInt8] = []
        for lane in 0..<4 {
            let blocks = stride(from: lane * 128, to: padded.count, by: 512)
            root += sodium(blocks.flatMap { padded[$0..<($0 + 128)] }, key)
        }
        let count = UInt64(bytes.count)
        return sodium(root + (0..<8).map { UInt8(truncatingIfNeeded: count >> (8 * $0)) }, key)
    }

    private func sodium(_ bytes: [UInt8], _ key: [UInt8]) -> [UInt8] {
        var hash = [UInt8](repeating: 0, count: 32)
        crypto_generichash(&hash, 32, bytes, UInt64(bytes.count), key, 32)
        return hash
    }

    @Test("CRC-32C gives the check value of its standard")
    func checkValue() {
        let digits = Array("123456789".utf8)
        #expect(tradewind_crc32c(0, digits, digits.count) == 0xE306_9283)
    }

    @Test(
        "CRC-32C of long bytes is that of their pieces, one after the other, at every length around three lanes"
    )
    func longBytes() {
        let bytes = (0..<40_000).map { UInt8(truncatingIfNeeded: $0 &* 167 &+ $0 >> 5) }
        let ends = Array(6100...6200) + Array(12_250...12_300) + [18_432, 30_001, 40_000]
        for end in ends {
            var pieces: UInt32 = 0
            for start in stride(from: 0, to: end, by: 777) {
                let piece = Array(bytes[start..<min(start + 777, end)])
                pieces = tradewind_crc32c(pieces, piece, piece.count)
            }
            #expect(tradewind_crc32c(0, bytes, end) == pieces, "\(end) bytes")
        }
    }
}
