/// A short body at the bottom of a bar with a long upper shadow, a gap above the bar before: buyers were driven back.
struct ShootingStar: CandlePattern {
    var window = PatternWindow()

    static let warmUp = 12
    static let usual: UsualSizes = [.body, .range]
    static let listing = Listing.pattern(
        "shooting_star", "short body under a long upper shadow, after a gap up: -1", warmUp: warmUp,
        formula:
            "|c − o| < B, upper shadow > |c − o|, lower shadow < 0.1 R, body above that of "
            + "the bar before; B and R the means of |c − o| and h − l of the 10 bars before",
        "CDLSHOOTINGSTAR")

    static let isRare = true

    @inline(__always)
    static func couldMatch(_ bars: PatternBars) -> Bool {
        bars.now.bottom > bars.before.top .& bars.now.upperShadow > bars.now.body
    }

    @inline(__always)
    static func match(_ bars: PatternBars) -> Double {
        let now = bars.now
        let found = couldMatch(bars) .& now.body < now.usualBody .& now.hasNoLowerShadow
        return found ? -1 : 0
    }
}
