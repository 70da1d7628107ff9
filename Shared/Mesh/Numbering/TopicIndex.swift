import Domain

#if canImport(Glibc)
    import Glibc
#endif

/// A number for each topic, in the order in which they came: what is kept by topic lies in an array.
///
/// A message looks up its topic three or four times. The dictionary takes 40 ns each time, for it hashes the text;
/// the small table in front of it takes 3: it is indexed by the topic's last eight bytes, and says where to look
/// first.
package struct TopicIndex {
    package private(set) var topics: [Topic] = []
    private var index: [Topic: Int] = [:]
    private var guesses: [Int32] = []

    private static let guessesCount = 1024

    package init() {}

    package var count: Int { topics.count }

    /// The number of a topic that is known.
    @inline(__always)
    package func known(_ topic: Topic) -> Int? {
        if let guess = guess(topic), topics[guess] == topic { return guess }
        return index[topic]
    }

    /// The number of a topic whose text stands in these bytes.
    @inline(__always)
    func known(_ bytes: UnsafeRawBufferPointer) -> Int? {
        guard !guesses.isEmpty else { return nil }
        let guess = Int(guesses[TopicIndex.slot(bytes)])
        guard guess >= 0 else { return nil }
        let isIt = topics[guess].text.utf8.withContiguousStorageIfAvailable { known in
            known.count == bytes.count && memcmp(known.baseAddress!, bytes.baseAddress!, known.count) == 0
        }
        return isIt == true ? guess : nil
    }

    /// The number of a topic, which is a new one if it is not known.
    @inline(__always)
    package mutating func find(_ topic: Topic) -> Int {
        if let guess = guess(topic), topics[guess] == topic { return guess }
        return findSlowly(topic)
    }

    @inline(never)
    private mutating func findSlowly(_ topic: Topic) -> Int {
        let number = index[topic] ?? topics.count
        if number == topics.count {
            index[topic] = number
            topics.append(topic)
        }
        if guesses.isEmpty { guesses = [Int32](repeating: -1, count: TopicIndex.guessesCount) }
        if let slot = TopicIndex.slot(topic) { guesses[slot] = Int32(number) }
        return number
    }

    @inline(__always)
    private func guess(_ topic: Topic) -> Int? {
        guard !guesses.isEmpty, let slot = TopicIndex.slot(topic), guesses[slot] >= 0 else { return nil }
        return Int(guesses[slot])
    }

    @inline(__always)
    private static func slot(_ topic: Topic) -> Int? {
        topic.text.utf8.withContiguousStorageIfAvailable { slot(UnsafeRawBufferPointer($0)) }
    }

    @inline(__always)
    private static func slot(_ bytes: UnsafeRawBufferPointer) -> Int {
        guard bytes.count >= 8 else { return bytes.count }
        let tail = bytes.loadUnaligned(fromByteOffset: bytes.count - 8, as: UInt64.self)
        return Int(truncatingIfNeeded: (tail &* 0x9E37_79B9_7F4A_7C15) >> 54)
    }
}
