/// A bar that closes where it opened, or as good as: nobody won.
struct Doji: CandlePattern {
    var window = PatternWindow()

    static let warmUp = 11
    static let usual: UsualSizes = .range
    static let listing = Listing.pattern(
        "doji", "candle that closes about where it opened: 1", warmUp: warmUp,
        formula: "|c − o| ≤ 0.1 R, R the mean h − l of the 10 bars before", "CDLDOJI")

    @inline(__always)
    static func match(_ bars: PatternBars) -> Double {
        bars.now.isDoji ? 1 : 0
    }
}
