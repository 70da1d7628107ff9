/// A long black body, and a long white one that opens below its low and closes above its middle.
struct Piercing: CandlePattern {
    var window = PatternWindow()

    static let warmUp = 12
    static let usual: UsualSizes = .body
    static let listing = Listing.pattern(
        "piercing", "long white from below the low of a long black past its middle: 1", warmUp: warmUp,
        formula:
            "black body > B, then white body > B with o < l[1] and c[1] + (o[1] − c[1]) ÷ 2 < "
            + "c < o[1]",
        "CDLPIERCING")

    @inline(__always)
    static func match(_ bars: PatternBars) -> Double {
        let (before, now) = (bars.before, bars.now)
        let found =
            !before.isWhite .& before.isLong .& now.isWhite .& now.isLong .& now.open < before.low
            .& now.close < before.open .& now.close > before.close + 0.5 * before.body
        return found ? 1 : 0
    }
}
