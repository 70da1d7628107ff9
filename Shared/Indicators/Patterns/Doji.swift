/// A bar that closes where it opened, or as good as: nobody won.
enum Doji: PatternShape {
    static let warmUp = 11
    static let listing = Listing.pattern(
        "doji", "candle that closes about where it opened: 1", warmUp: warmUp,
        formula: "|c − o| ≤ 0.1 R, R the mean h − l of the 10 bars before", "CDLDOJI")

    static func match(_ bars: PatternBars) -> Double {
        bars.now.isDoji ? 1 : 0
    }
}
