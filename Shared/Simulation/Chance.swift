/// All randomness of a run, from one seed (SplitMix64). Each part of the simulation splits off its own, so that
/// one more draw in one place does not change all the others.
public struct Chance: Sendable {
    private var state: UInt64

    public init(seed: UInt64) {
        state = seed &* 0x9E37_79B9_7F4A_7C15 &+ 0x1234_5678_9ABC_DEF1
        _ = next()
    }

    public mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        return mixed(state)
    }

    /// A chance of its own for one part of the simulation.
    public mutating func split() -> Chance { Chance(seed: next()) }

    /// A whole number from 0 up to, and without, the limit.
    public mutating func below(_ limit: Int) -> Int {
        limit <= 1 ? 0 : Int(next() % UInt64(limit))
    }

    public mutating func within(_ range: ClosedRange<Int64>) -> Int64 {
        range.lowerBound + Int64(next() % UInt64(range.upperBound - range.lowerBound + 1))
    }

    /// True so many times in a million.
    public mutating func happens(_ perMillion: Int) -> Bool {
        perMillion > 0 && below(1_000_000) < perMillion
    }

    public mutating func pick<T>(_ from: [T]) -> T { from[below(from.count)] }
}

/// SplitMix64's finalizer: each bit of the result depends on each bit of the value.
public func mixed(_ value: UInt64) -> UInt64 {
    var z = value
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
}

/// FNV-1a, for telling bytes apart; not for security.
public struct Fingerprint: Hashable, Sendable {
    public private(set) var value: UInt64 = 0xCBF2_9CE4_8422_2325

    public init() {}
    init(value: UInt64) { self.value = value }

    public mutating func add(_ word: UInt64) { value = mixed(value ^ word) &* 0x100_0000_01B3 }

    public mutating func add(_ text: String) { for byte in text.utf8 { add(byte) } }

    private mutating func add(_ byte: UInt8) { value = (value ^ UInt64(byte)) &* 0x100_0000_01B3 }

    public mutating func add(_ bytes: UnsafeRawBufferPointer) {
        var at = 0
        while at + 8 <= bytes.count {
            value =
                (value ^ bytes.loadUnaligned(fromByteOffset: at, as: UInt64.self)) &* 0x9FB2_1C65_1E98_DF25
            value ^= value >> 29
            at += 8
        }
        while at < bytes.count {
            add(bytes[at])
            at += 1
        }
        add(UInt64(bytes.count))
    }

    public static func of(_ bytes: UnsafeRawBufferPointer) -> UInt64 {
        var print = Fingerprint()
        print.add(bytes)
        return print.value
    }
}
