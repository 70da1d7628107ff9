import Domain
import Testing

@testable import Wire

@Suite("A bundle")
struct BundleTests {
    /// Envelopes of all sorts, and the bundle that holds them.
    private func bundle(of count: Int, seed: UInt64) -> (envelopes: [[UInt8]], bytes: [UInt8]) {
        var random = RandomMessages(seed: seed)
        let codec = Codec()
        let envelopes = (0..<count).map {
            codec.encode(random.next(kind: BodyKind.allCases[$0 % BodyKind.allCases.count]))
        }
        let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: 4 << 20, alignment: 16)
        defer { memory.deallocate() }
        var writer = BundleWriter(memory)
        for envelope in envelopes { envelope.withUnsafeBytes { writer.add($0) } }
        #expect(writer.count == count && writer.first.elementsEqual(envelopes[0]))
        return (envelopes, Array(writer.bytes))
    }

    private func parts(_ bytes: [UInt8]) -> [[UInt8]] {
        bytes.withUnsafeBytes { bytes in
            var reader = BundleReader(bytes)
            var found: [[UInt8]] = []
            while let envelope = reader.next() { found.append(Array(envelope)) }
            #expect(reader.isAtEnd)
            return found
        }
    }

    @Test("gives back what was put into it, in order, and is no envelope")
    func roundTrip() {
        let seed = UInt64.random(in: .min ... .max)
        let (envelopes, bytes) = bundle(of: 200, seed: seed)
        #expect(parts(bytes) == envelopes, "seed \(seed)")
        #expect(bytes.withUnsafeBytes { Bundle.isOne($0) })
        #expect(throws: WireError.self) { try Codec().decode(bytes) }
        for envelope in envelopes {
            envelope.withUnsafeBytes { envelope in
                #expect(!Bundle.isOne(envelope))
                let head = try? Codec().head(of: envelope)
                let topic = head.map { Array(envelope[$0.topic]) } ?? []
                #expect(Bundle.topic(of: envelope).map(Array.init) ?? [] == topic, "seed \(seed)")
            }
        }
    }

    @Test("is a row of field 15, each with its length, as Proto/ has it")
    func layout() {
        let (envelopes, bytes) = bundle(of: 60, seed: 5)
        let expected = envelopes.flatMap { envelope in
            var length: [UInt8] = []
            var rest = envelope.count
            while rest >= 128 {
                length.append(UInt8(rest % 128 + 128))
                rest /= 128
            }
            return [15 << 3 | 2] + length + [UInt8(rest)] + envelope
        }
        #expect(bytes == expected)
    }

    @Test("that is damaged gives whole envelopes and then a rest, and ends")
    func damage() {
        let (envelopes, bytes) = bundle(of: 5, seed: 9)
        for length in bytes.indices.dropFirst() {
            let found = parts(Array(bytes[..<length]))
            #expect(zip(found.dropLast(), envelopes).allSatisfy { $0 == $1 })
        }
        for index in bytes.indices.prefix(2_000) {
            for bit in 0..<8 {
                var flipped = bytes
                flipped[index] ^= 1 << bit
                #expect(parts(flipped).reduce(0) { $0 + $1.count } <= bytes.count)
            }
        }
        #expect(parts([Bundle.tag]) == [[Bundle.tag]])
        #expect(parts([Bundle.tag, 0xFF, 0xFF, 0xFF, 0x01]) == [[Bundle.tag, 0xFF, 0xFF, 0xFF, 0x01]])
    }

    @Test("has room up to its end and not beyond")
    func room() {
        let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: 300, alignment: 16)
        defer { memory.deallocate() }
        var writer = BundleWriter(memory)
        let envelope = [UInt8](repeating: 7, count: 140)
        envelope.withUnsafeBytes { envelope in
            #expect(writer.hasRoom(for: envelope))
            writer.add(envelope)
            #expect(writer.hasRoom(for: envelope))
            writer.add(envelope)
            #expect(!writer.hasRoom(for: envelope))
        }
        writer.removeAll()
        #expect(writer.count == 0 && writer.bytes.isEmpty)
    }
}
