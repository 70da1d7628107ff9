/// After a white bar three black bodies, each opening within the one before and closing lower near its low.
struct ThreeCrows: CandlePattern {
    var window = PatternWindow()

    static let warmUp = 14
    static let usual: UsualSizes = .range
    static let listing = Listing.pattern(
        "three_crows", "three black candles that fall, after a white one: -1", warmUp: warmUp,
        formula:
            "three black after a white, c < c[1] < c[2] < h[3], lower shadows < 0.1 R, each "
            + "opens within the body before",
        "CDL3BLACKCROWS")

    @inline(__always)
    static func match(_ bars: PatternBars) -> Double {
        let (white, first, middle, now) = (bars.third, bars.second, bars.before, bars.now)
        let areBlack = white.isWhite .& !first.isWhite .& !middle.isWhite .& !now.isWhite
        let endLow = first.hasNoLowerShadow .& middle.hasNoLowerShadow .& now.hasNoLowerShadow
        let middleBeginsWithin = middle.open < first.open .& middle.open > first.close
        let nowBeginsWithin = now.open < middle.open .& now.open > middle.close
        let fall =
            white.high > first.close .& first.close > middle.close .& middle.close > now.close
        let found = areBlack .& endLow .& middleBeginsWithin .& nowBeginsWithin .& fall
        return found ? -1 : 0
    }
}
