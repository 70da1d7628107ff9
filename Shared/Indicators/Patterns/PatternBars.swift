/// The last four bars, each beside what was usual in the bars before it: what candlestick patterns are recognised by.
struct PatternBars: Sendable, BitwiseCopyable {
    var now = Bar()
    var before = Bar()
    var second = Bar()
    var third = Bar()

    /// A bar, and the means of the ten (five) bars before it.
    struct Bar: Sendable, BitwiseCopyable {
        var open = 0.0
        var high = 0.0
        var low = 0.0
        var close = 0.0
        var usualBody = 0.0
        var usualRange = 0.0
        var usualRangeOfFive = 0.0

        var top: Double { open > close ? open : close }
        var bottom: Double { open > close ? close : open }
        var body: Double { (close - open).magnitude }
        var upperShadow: Double { high - top }
        var lowerShadow: Double { bottom - low }
        var isWhite: Bool { close >= open }

        var isLong: Bool { body > usualBody }
        var isShort: Bool { body <= usualBody }
        var isDoji: Bool { body <= 0.1 * usualRange }
        /// A tenth of the usual range is as good as none.
        var hasNoUpperShadow: Bool { upperShadow < 0.1 * usualRange }
        var hasNoLowerShadow: Bool { lowerShadow < 0.1 * usualRange }
        var near: Double { 0.2 * usualRangeOfFive }
        var far: Double { 0.6 * usualRangeOfFive }
    }
}

extension Bool {
    /// Both, without looking at one of them first: so several bars can be looked at at a time, and nothing is guessed.
    @inline(__always)
    static func .& (one: Bool, other: Bool) -> Bool {
        // Of what looks like a choice the compiler makes branches again; a truth value is a byte that is 0 or 1.
        unsafeBitCast(
            unsafeBitCast(one, to: UInt8.self) & unsafeBitCast(other, to: UInt8.self), to: Bool.self)
    }
}
