/// Random numbers that are the same on every machine (Steele, Lea and Flood, 2014).
struct SplitMix64 {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
        return mixed ^ (mixed >> 31)
    }

    /// From 0 up to but not including 1.
    mutating func uniform() -> Double {
        Double(next() >> 11) * 0x1p-53
    }

    /// Mean 0 and variance 1: the sum of twelve uniforms less six. Nearly a normal deviate, never beyond ±6,
    /// and whole numbers until the last step, so no machine's logarithm or cosine has a say.
    mutating func normal() -> Double {
        var sum: UInt64 = 0
        for _ in 0..<4 {
            let word = next()
            sum += word & 0x1f_ffff
            sum += (word >> 21) & 0x1f_ffff
            sum += (word >> 42) & 0x1f_ffff
        }
        // Each uniform is the middle of one of 2^21 steps.
        return (Double(sum) + 6) * 0x1p-21 - 6
    }
}
