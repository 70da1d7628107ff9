/// A long white body, a short one above a gap, and a black one that closes well within the first.
struct EveningStar: CandlePattern {
    var window = PatternWindow()

    static let warmUp = 13
    static let usual: UsualSizes = .body
    static let listing = Listing.pattern(
        "evening_star", "long white, short above a gap, black into the first: -1", warmUp: warmUp,
        formula:
            "white body > B, then body ≤ B above it, then black body > B with c < c[2] − 0.3 "
            + "(c[2] − o[2])",
        "CDLEVENINGSTAR")

    @inline(__always)
    static func match(_ bars: PatternBars) -> Double {
        let (first, star, now) = (bars.second, bars.before, bars.now)
        let found =
            first.isLong .& first.isWhite .& star.isShort .& star.bottom > first.top .& now.isLong
            .& !now.isWhite .& now.close < first.close - 0.3 * first.body
        return found ? -1 : 0
    }
}
