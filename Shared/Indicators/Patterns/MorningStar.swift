/// A long black body, a short one below a gap, and a white one that closes well within the first.
struct MorningStar: CandlePattern {
    var window = PatternWindow()

    static let warmUp = 13
    static let usual: UsualSizes = .body
    static let listing = Listing.pattern(
        "morning_star", "long black, short below a gap, white into the first: 1", warmUp: warmUp,
        formula:
            "black body > B, then body ≤ B below it, then white body > B with c > c[2] + 0.3 "
            + "(o[2] − c[2])",
        "CDLMORNINGSTAR")

    @inline(__always)
    static func match(_ bars: PatternBars) -> Double {
        let (first, star, now) = (bars.second, bars.before, bars.now)
        let found =
            first.isLong .& !first.isWhite .& star.isShort .& star.top < first.bottom .& now.isLong
            .& now.isWhite .& now.close > first.close + 0.3 * first.body
        return found ? 1 : 0
    }
}
