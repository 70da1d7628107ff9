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
        // Lengths go before texts, so that no two inputs give the same bytes.
        var digest = Fnv1a()
        digest.add(text: account)
        digest.add(text: cause.topic.text)
        digest.add(cause.epoch)
        digest.add(cause.number)
        digest.add(UInt64(leg))
        digest.add(UInt64(slice))
        digest.add(UInt64(generation))
        hash = digest.value
    }

    /// 32 hexadecimal digits: what goes on the wire and to the broker.
    public var text: String {
        OrderId.text(of: hash)
    }

    /// A hash as 32 hexadecimal digits. The library's own way of printing 128 bits takes ten times as long, which is
    /// a third of what an order may cost in a backtest.
    public static func text(of hash: UInt128) -> String {
        String(unsafeUninitializedCapacity: 32) { buffer in
            var rest = hash
            for place in stride(from: 31, through: 0, by: -1) {
                let digit = UInt8(truncatingIfNeeded: rest) & 15
                buffer[place] = digit < 10 ? 48 + digit : 87 + digit
                rest >>= 4
            }
            return 32
        }
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
        for byte in text.utf8 { add(byte) }
    }
}
