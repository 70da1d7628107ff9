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

    @Test("CRC-32C gives the check value of its standard")
    func checkValue() {
        let digits = Array("123456789".utf8)
        #expect(tradewind_crc32c(0, digits, digits.count) == 0xE306_9283)
    }
}
