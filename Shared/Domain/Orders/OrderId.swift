/// The name of an order: a hash of what brought it about, so that a repeat is the same order and another order
/// never is.
public struct OrderId: Hashable, Sendable {
    /// 128 bits of FNV-1a.
    public let hash: UInt128

    /// The id of an order that a message caused. `leg` counts the orders of a bracket or basket, `slice` the
    /// parts of an order that is worked over time, `generation` its replacements.
    public init(
        account: String, cause: Cause, leg: UInt32 = 0, slice: UInt32 = 0, generation: UInt32 = 0
    ) {
        self = Stem(account: account, topic: cause.topic, epoch: cause.epoch)
            .id(cause.number, leg: leg, slice: slice, generation: generation)
    }

    init(hash: UInt128) { self.hash = hash }

    /// The id that is written so, in 32 small hexadecimal digits; nothing for any other text.
    public init?(text: String) {
        guard text.utf8.count == 32 else { return nil }
        var text = text
        guard let words = text.withUTF8({ OrderId.words(of: UnsafeRawBufferPointer($0)) }) else { return nil }
        hash = UInt128(words.high) << 64 | UInt128(words.low)
    }

    /// The two words that 32 digits say; nothing where one of them is no digit.
    private static func words(of digits: UnsafeRawBufferPointer) -> (high: UInt64, low: UInt64)? {
        var words: (UInt64, UInt64) = (0, 0)
        for place in 0..<4 {
            let eight = digits.loadUnaligned(fromByteOffset: 8 * place, as: UInt64.self)
            let bits = bits(of: eight)
            // What is no digit is not what these bits are written as.
            guard OrderId.digits(of: bits) == eight else { return nil }
            if place < 2 {
                words.0 = words.0 << 32 | UInt64(bits)
            } else {
                words.1 = words.1 << 32 | UInt64(bits)
            }
        }
        return words
    }

    /// The bits that eight digits say, all eight at the same time; good for nothing where one of them is no digit.
    private static func bits(of eight: UInt64) -> UInt32 {
        let areLetters = eight >> 6 & 0x0101_0101_0101_0101
        var bytes = ((eight & 0x0f0f_0f0f_0f0f_0f0f) &+ areLetters &* 9) & 0x0f0f_0f0f_0f0f_0f0f
        bytes = bytes.bigEndian
        bytes = (bytes | bytes >> 4) & 0x00ff_00ff_00ff_00ff
        bytes = (bytes | bytes >> 8) & 0x0000_ffff_0000_ffff
        return UInt32(truncatingIfNeeded: bytes | bytes >> 16)
    }

    /// What the ids of all orders have in common that a topic's messages cause for an account: who makes many of them
    /// hashes it once, which is two thirds of the work.
    public struct Stem: Hashable, Sendable {
        public let account: String
        public let topic: Topic
        public let epoch: UInt64
        private let digest: UInt128

        public init(account: String, topic: Topic, epoch: UInt64) {
            self.account = account
            self.topic = topic
            self.epoch = epoch
            // Lengths go before texts, so that no two inputs give the same bytes.
            var digest = Fnv1a()
            digest.add(text: account)
            digest.add(text: topic.text)
            digest.add(epoch)
            self.digest = digest.value
        }

        /// The id of an order that the message of that number caused.
        public func id(
            _ number: UInt64, leg: UInt32 = 0, slice: UInt32 = 0, generation: UInt32 = 0
        ) -> OrderId {
            var digest = Fnv1a(from: digest)
            digest.add(number)
            digest.add(UInt64(leg))
            digest.add(UInt64(slice))
            digest.add(UInt64(generation))
            return OrderId(hash: digest.value)
        }
    }

    /// 32 hexadecimal digits: what goes on the wire and to the broker.
    public var text: String {
        OrderId.text(of: hash)
    }

    /// A hash as 32 hexadecimal digits, eight at a time. The library's own way of printing 128 bits takes forty times
    /// as long, which is half of what an order may cost in a backtest.
    public static func text(of hash: UInt128) -> String {
        String(unsafeUninitializedCapacity: 32) { buffer in
            let eights = UnsafeMutableRawBufferPointer(buffer)
            for place in 0..<4 {
                eights.storeBytes(of: digits(of: hash, place), toByteOffset: 8 * place, as: UInt64.self)
            }
            return 32
        }
    }

    /// Eight of the digits of a hash, the first of which are at place 0 and the last at 3.
    static func digits(of hash: UInt128, _ place: Int) -> UInt64 {
        digits(of: UInt32(truncatingIfNeeded: hash >> UInt128(96 - 32 * place)))
    }

    /// The eight digits of 32 bits as they follow each other in memory. Each four bits get a byte of their own, and all
    /// eight bytes are made digits, and those above 9 letters, at the same time.
    private static func digits(of bits: UInt32) -> UInt64 {
        var bytes = UInt64(bits)
        bytes = (bytes | bytes << 16) & 0x0000_ffff_0000_ffff
        bytes = (bytes | bytes << 8) & 0x00ff_00ff_00ff_00ff
        bytes = (bytes | bytes << 4) & 0x0f0f_0f0f_0f0f_0f0f
        let areLetters = (bytes + 0x0606_0606_0606_0606) >> 4 & 0x0101_0101_0101_0101
        return (bytes + 0x3030_3030_3030_3030 + areLetters * 39).bigEndian
    }
}

extension OrderId: CustomStringConvertible {
    public var description: String { text }
}

/// The hash FNV-1a with 128 bits, as its authors publish it: short enough to be written again in any language.
public struct Fnv1a: Sendable {
    public private(set) var value: UInt128 = 0x6c62_272e_07bb_0142_62b8_2175_6295_c58d
    private static let prime: UInt128 = 0x0000_0000_0100_0000_0000_0000_0000_013b

    public init() {}

    /// Goes on where another one stopped.
    init(from value: UInt128) { self.value = value }

    public mutating func add(_ byte: UInt8) { value = (value ^ UInt128(byte)) &* Fnv1a.prime }

    /// The bytes of a number, lowest first.
    public mutating func add(_ number: UInt64) {
        var (rest, zeros) = (number, 8)
        while rest != 0 {
            add(UInt8(truncatingIfNeeded: rest))
            rest >>= 8
            zeros -= 1
        }
        // A byte of zeros does nothing but multiply, and most numbers end in them.
        value &*= Fnv1a.primePowers[zeros]
    }

    private static let primePowers = (0..<8).reduce(into: [UInt128(1)]) { powers, place in
        powers.append(powers[place] &* prime)
    }

    public mutating func add(text: String) {
        add(UInt64(text.utf8.count))
        // The bytes as they lie there: to ask a text for one after the other takes longer than to hash them.
        let isDone: Void? = text.utf8.withContiguousStorageIfAvailable { for byte in $0 { add(byte) } }
        if isDone == nil { for byte in text.utf8 { add(byte) } }
    }
}
