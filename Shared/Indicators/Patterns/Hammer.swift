/// A short body at the top of a bar with a long lower shadow, low in a fall: sellers were driven back.
enum Hammer: PatternShape {
    static let warmUp = 12
    static let listing = Listing.pattern(
        "hammer", "short body over a long lower shadow: 1", warmUp: warmUp, "CDLHAMMER")

    static func match(_ bars: PatternBars) -> Double {
        let now = bars.now
        return now.body < now.usualBody && now.lowerShadow > now.body && now.hasNoUpperShadow
            && now.bottom <= bars.before.low + bars.before.near ? 1 : 0
    }
}
