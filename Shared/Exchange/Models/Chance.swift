/// The exchange's only source of chance: SplitMix64 from a seed of the settings, so that a run can be had again.
public struct Chance: RandomNumberGenerator, BitwiseCopyable, Sendable {
    var state: UInt64

    public init(seed: UInt64) { state = seed }

    public mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    /// A number from 0 up to but not including 1.
    public mutating func fraction() -> Double { Double(next() >> 11) * 0x1p-53 }

    /// Whether something of that probability happens; what cannot happen draws no number.
    public mutating func happens(_ probability: Double) -> Bool {
        probability > 0 && fraction() < probability
    }
}
