import Glibc
import Synchronization
import Testing

@testable import Mesh

@Suite("What goes from the loop to another thread")
struct MessageRingTests {
    /// An envelope of so many bytes that says which one it is.
    private static func put(_ number: Int, _ count: Int, into ring: MessageRing) {
        var bytes = [UInt8](repeating: UInt8(truncatingIfNeeded: number), count: count)
        bytes[0] = UInt8(truncatingIfNeeded: number >> 8)
        bytes.withUnsafeBytes { ring.add($0) }
    }

    private static func number(of envelope: UnsafeRawBufferPointer) -> Int {
        Int(envelope[0]) << 8 | Int(envelope[envelope.count - 1])
    }

    @Test("comes out as it went in, in order, over the end of the memory", arguments: [2, 7, 8, 9, 100, 121])
    func order(size: Int) {
        let ring = MessageRing(size: 1024)
        var next = 0
        for round in 0..<200 {
            for at in 0..<4 { Self.put(round * 4 + at, size, into: ring) }
            #expect(ring.isEmpty, "nothing is seen before it is published")
            ring.publish()
            ring.take(atMost: .max / 2) { envelope in
                #expect(envelope.count == size)
                #expect(Self.number(of: envelope) == next)
                next += 1
            }
            #expect(ring.isEmpty)
        }
        #expect(next == 800 && ring.dropped == 0)
    }

    @Test("what there is no room for is dropped and counted, and what was there before stays")
    func full() {
        let ring = MessageRing(size: 256)
        for number in 0..<10 { Self.put(number, 40, into: ring) }
        ring.publish()
        var seen: [Int] = []
        ring.take(atMost: .max / 2) { seen.append(Self.number(of: $0)) }
        // 48 bytes each.
        #expect(seen == [0, 1, 2, 3, 4] && ring.dropped == 5)
        Self.put(10, 300, into: ring)
        #expect(ring.dropped == 6, "one that is larger than the ring")
        Self.put(11, 200, into: ring)
        ring.publish()
        ring.take(atMost: .max / 2) { seen.append(Self.number(of: $0)) }
        #expect(seen.last == 11, "there is room again")
    }

    private final class Both: Sendable {
        static let count = 60_000
        let ring = MessageRing(size: 1 << 12)
        let isWritten = Atomic<Bool>(false)
    }

    @Test("a reader on another thread gets all in order that was not dropped")
    func threads() {
        let both = Both()
        var writer = pthread_t()
        pthread_create(
            &writer, nil,
            { argument in
                let both = Unmanaged<Both>.fromOpaque(argument!).takeRetainedValue()
                for number in 0..<Both.count {
                    MessageRingTests.put(number, 2 + number % 90, into: both.ring)
                    if number % 3 == 0 { both.ring.publish() }
                }
                both.ring.publish()
                both.isWritten.store(true, ordering: .releasing)
                return nil
            }, Unmanaged.passRetained(both).toOpaque())
        var last = -1
        var seen = 0
        var isWrong = false
        var isWritten = false
        repeat {
            isWritten = both.isWritten.load(ordering: .acquiring)
            both.ring.take(atMost: isWritten ? .max / 2 : 512) { envelope in
                let number = Self.number(of: envelope)
                if number <= last || envelope.count != 2 + number % 90 { isWrong = true }
                last = number
                seen += 1
            }
        } while !isWritten
        pthread_join(writer, nil)
        #expect(!isWrong && seen > 0)
        #expect(seen + both.ring.dropped == Both.count)
    }
}
