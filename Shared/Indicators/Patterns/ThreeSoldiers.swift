/// Three white bodies, each opening within or near the one before and closing higher near its high, none much smaller.
enum ThreeSoldiers: PatternShape {
    static let warmUp = 13
    static let listing = Listing.pattern(
        "three_soldiers", "three white candles that rise: 1", warmUp: warmUp,
        formula:
            "three white, c > c[1] > c[2], upper shadows < 0.1 R, each opens above the open "
            + "before and at most 0.2 R₅ above the close before, no body 0.6 R₅ shorter than "
            + "the one before, the last > B", "CDL3WHITESOLDIERS")

    static func match(_ bars: PatternBars) -> Double {
        let (first, middle, now) = (bars.second, bars.before, bars.now)
        guard first.isWhite, middle.isWhite, now.isWhite else { return 0 }
        guard first.hasNoUpperShadow, middle.hasNoUpperShadow, now.hasNoUpperShadow else { return 0 }
        guard now.close > middle.close, middle.close > first.close else { return 0 }
        guard middle.open > first.open, middle.open <= first.close + first.near else { return 0 }
        guard now.open > middle.open, now.open <= middle.close + middle.near else { return 0 }
        guard middle.body > first.body - first.far, now.body > middle.body - middle.far else { return 0 }
        return now.isLong ? 1 : 0
    }
}
