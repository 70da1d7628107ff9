/// Three white bodies, each opening within or near the one before and closing higher near its high, none much smaller.
struct ThreeSoldiers: CandlePattern {
    var window = PatternWindow()

    static let warmUp = 13
    static let usual: UsualSizes = [.body, .range, .rangeOfFive]
    static let listing = Listing.pattern(
        "three_soldiers", "three white candles that rise: 1", warmUp: warmUp,
        formula:
            "three white, c > c[1] > c[2], upper shadows < 0.1 R, each opens above the open "
            + "before and at most 0.2 R₅ above the close before, no body 0.6 R₅ shorter than "
            + "the one before, the last > B", "CDL3WHITESOLDIERS")

    @inline(__always)
    static func match(_ bars: PatternBars) -> Double {
        let (first, middle, now) = (bars.second, bars.before, bars.now)
        let areWhite = first.isWhite .& middle.isWhite .& now.isWhite
        let endHigh = first.hasNoUpperShadow .& middle.hasNoUpperShadow .& now.hasNoUpperShadow
        let rise = now.close > middle.close .& middle.close > first.close
        let middleBeginsWithin = middle.open > first.open .& middle.open <= first.close + first.near
        let nowBeginsWithin = now.open > middle.open .& now.open <= middle.close + middle.near
        let keepSize = middle.body > first.body - first.far .& now.body > middle.body - middle.far
        let found =
            areWhite .& endHigh .& rise .& middleBeginsWithin .& nowBeginsWithin .& keepSize .& now.isLong
        return found ? 1 : 0
    }
}
