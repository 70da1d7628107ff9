/// A body that covers the one before, of the other colour; 0.8 where one end is the same.
enum Engulfing: PatternShape {
    static let warmUp = 3
    static let listing = Listing.pattern(
        "engulfing", "body that covers the one before, of the other colour: 1 or -1", warmUp: warmUp,
        formula:
            "the body reaches beyond both ends of that of the bar before, of the other "
            + "colour: ±1; to one of its ends: ±0.8",
        "CDLENGULFING")

    static func match(_ bars: PatternBars) -> Double {
        let (now, before) = (bars.now, bars.before)
        guard now.isWhite != before.isWhite else { return 0 }
        let (above, below) = (now.top - before.top, before.bottom - now.bottom)
        guard above >= 0, below >= 0, above > 0 || below > 0 else { return 0 }
        return (now.isWhite ? 1 : -1) * (above > 0 && below > 0 ? 1 : 0.8)
    }
}
