/// A long white body, and a black one that opens above its high and closes below its middle.
struct DarkCloud: CandlePattern {
    var window = PatternWindow()

    static let warmUp = 12
    static let usual: UsualSizes = .body
    static let listing = Listing.pattern(
        "dark_cloud", "black from above the high of a long white past its middle: -1", warmUp: warmUp,
        formula: "white body > B, then black with o > h[1] and o[1] < c < c[1] − (c[1] − o[1]) ÷ 2",
        "CDLDARKCLOUDCOVER")

    @inline(__always)
    static func match(_ bars: PatternBars) -> Double {
        let (before, now) = (bars.before, bars.now)
        let found =
            before.isWhite .& before.isLong .& !now.isWhite .& now.open > before.high
            .& now.close > before.open .& now.close < before.close - 0.5 * before.body
        return found ? -1 : 0
    }
}
