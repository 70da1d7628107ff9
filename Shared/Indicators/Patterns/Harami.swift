/// A short body within the long one before; 0.8 where one end is the same.
struct Harami: CandlePattern {
    var window = PatternWindow()

    static let warmUp = 12
    static let usual: UsualSizes = .body
    static let listing = Listing.pattern(
        "harami", "short body within the long one before: 1 or -1, against that one", warmUp: warmUp,
        formula:
            "body ≤ B within the body > B of the bar before: ∓1, at one of its ends ∓0.8; B "
            + "the mean |c − o| of the 10 bars before each",
        "CDLHARAMI")

    @inline(__always)
    static func match(_ bars: PatternBars) -> Double {
        let (now, before) = (bars.now, bars.before)
        let found = before.isLong .& now.isShort .& now.top <= before.top .& now.bottom >= before.bottom
        let size = now.top < before.top .& now.bottom > before.bottom ? 1 : 0.8
        return found ? (before.isWhite ? -size : size) : 0
    }
}
