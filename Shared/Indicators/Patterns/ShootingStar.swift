/// A short body at the bottom of a bar with a long upper shadow, a gap above the bar before: buyers were driven back.
enum ShootingStar: PatternShape {
    static let warmUp = 12
    static let listing = Listing.pattern(
        "shooting_star", "short body under a long upper shadow, after a gap up: -1", warmUp: warmUp,
        "CDLSHOOTINGSTAR")

    static func match(_ bars: PatternBars) -> Double {
        let now = bars.now
        return now.body < now.usualBody && now.upperShadow > now.body && now.hasNoLowerShadow
            && now.bottom > bars.before.top ? -1 : 0
    }
}
