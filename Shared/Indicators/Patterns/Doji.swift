/// A bar that closes where it opened, or as good as: nobody won.
enum Doji: PatternShape {
    static let warmUp = 11
    static let listing = Listing.pattern(
        "doji", "candle that closes about where it opened: 1", warmUp: warmUp, "CDLDOJI")

    static func match(_ bars: PatternBars) -> Double {
        bars.now.isDoji ? 1 : 0
    }
}
