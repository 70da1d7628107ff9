/// A short body at the top of a bar with a long lower shadow, low in a fall: sellers were driven back.
struct Hammer: CandlePattern {
    var window = PatternWindow()

    static let warmUp = 12
    static let usual: UsualSizes = [.body, .range, .rangeOfFive]
    static let listing = Listing.pattern(
        "hammer", "short body over a long lower shadow: 1", warmUp: warmUp,
        formula:
            "|c − o| < B, lower shadow > |c − o|, upper shadow < 0.1 R, body not above l[1] + "
            + "0.2 R₅; B, R, R₅ the means of |c − o| and h − l of the 10, 10 and 5 bars before", "CDLHAMMER")

    @inline(__always)
    static func match(_ bars: PatternBars) -> Double {
        let now = bars.now
        let found =
            now.body < now.usualBody .& now.lowerShadow > now.body .& now.hasNoUpperShadow
            .& now.bottom <= bars.before.low + bars.before.near
        return found ? 1 : 0
    }
}
