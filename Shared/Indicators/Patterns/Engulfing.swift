/// A body that covers the one before, of the other colour; 0.8 where one end is the same.
struct Engulfing: CandlePattern {
    var window = PatternWindow()

    static let warmUp = 3
    static let usual: UsualSizes = []
    static let listing = Listing.pattern(
        "engulfing", "body that covers the one before, of the other colour: 1 or -1", warmUp: warmUp,
        formula:
            "the body reaches beyond both ends of that of the bar before, of the other "
            + "colour: ±1; to one of its ends: ±0.8",
        "CDLENGULFING")

    @inline(__always)
    static func match(_ bars: PatternBars) -> Double {
        let (now, before) = (bars.now, bars.before)
        let (above, below) = (now.top - before.top, before.bottom - now.bottom)
        let beyondBoth = above > 0 .& below > 0
        let found = now.isWhite != before.isWhite .& above >= 0 .& below >= 0 .& above + below > 0
        let size = beyondBoth ? 1 : 0.8
        return found ? (now.isWhite ? size : -size) : 0
    }
}
