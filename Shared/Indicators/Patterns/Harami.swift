/// A short body within the long one before; 0.8 where one end is the same.
enum Harami: PatternShape {
    static let warmUp = 12
    static let listing = Listing.pattern(
        "harami", "short body within the long one before: 1 or -1, against that one", warmUp: warmUp,
        formula:
            "body ≤ B within the body > B of the bar before: ∓1, at one of its ends ∓0.8; B "
            + "the mean |c − o| of the 10 bars before each",
        "CDLHARAMI")

    static func match(_ bars: PatternBars) -> Double {
        let (now, before) = (bars.now, bars.before)
        guard before.isLong, now.isShort, now.top <= before.top, now.bottom >= before.bottom else { return 0 }
        let isInside = now.top < before.top && now.bottom > before.bottom
        return (before.isWhite ? -1 : 1) * (isInside ? 1 : 0.8)
    }
}
