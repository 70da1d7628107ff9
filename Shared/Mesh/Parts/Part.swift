import Domain

/// One of the parts that a service's keys are divided into. A key belongs to part hash(key) mod count, and part 3 of
/// the historian is the shard `3`, owned by the node `historian.3`, whichever process hosts it.
public struct Part: Hashable, Sendable {
    /// From 1.
    public let number: Int
    public let count: Int

    /// A service that is not divided.
    public static let whole = Part(1, of: 1)

    public init(_ number: Int, of count: Int) {
        precondition(number >= 1 && number <= count)
        self.number = number
        self.count = count
    }

    public static func all(_ count: Int) -> [Part] { (1...count).map { Part($0, of: count) } }

    /// The name of the part in folders, beats and grants.
    public var shard: String { count == 1 ? "all" : "\(number)" }

    public init?(shard: String, of count: Int) {
        guard let found = Part.all(count).first(where: { $0.shard == shard }) else { return nil }
        self = found
    }

    /// The part that a key belongs to.
    public static func number(ofKey key: some Collection<UInt8>, of count: Int) -> Int {
        Int(hash(key) % UInt64(count)) + 1
    }

    /// Whether a topic of a divided flow belongs to this part: its key is what follows its last slash.
    public func owns(_ topic: Topic) -> Bool {
        count == 1 || Part.number(ofKeyIn: topic, of: count) == number
    }

    static func number(ofKeyIn topic: Topic, of count: Int) -> Int {
        let utf8 = topic.text.utf8
        let key = utf8.lastIndex(of: UInt8(ascii: "/")).map { utf8[utf8.index(after: $0)...] } ?? utf8[...]
        return number(ofKey: key, of: count)
    }

    /// FNV-1a of 64 bits, with its upper half folded into the lower one, so that every bit of the key counts in the
    /// remainder. Stored keys depend on it: it never changes.
    static func hash(_ key: some Collection<UInt8>) -> UInt64 {
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        for byte in key { hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01B3 }
        return hash ^ (hash >> 32)
    }
}
