/// After a white bar three black bodies, each opening within the one before and closing lower near its low.
enum ThreeCrows: PatternShape {
    static let warmUp = 14
    static let listing = Listing.pattern(
        "three_crows", "three black candles that fall, after a white one: -1", warmUp: warmUp,
        formula:
            "three black after a white, c < c[1] < c[2] < h[3], lower shadows < 0.1 R, each "
            + "opens within the body before",
        "CDL3BLACKCROWS")

    static func match(_ bars: PatternBars) -> Double {
        let (white, first, middle, now) = (bars.third, bars.second, bars.before, bars.now)
        guard white.isWhite, !first.isWhite, !middle.isWhite, !now.isWhite else { return 0 }
        guard first.hasNoLowerShadow, middle.hasNoLowerShadow, now.hasNoLowerShadow else { return 0 }
        guard middle.open < first.open, middle.open > first.close else { return 0 }
        guard now.open < middle.open, now.open > middle.close else { return 0 }
        return white.high > first.close && first.close > middle.close && middle.close > now.close ? -1 : 0
    }
}
