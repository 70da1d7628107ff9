import Domain
import Glibc
import Indicators

/// A bar of one symbol as features look at it: with the bar before it, and with what was quoted while it lasted.
public struct Reading: Sendable {
    public let candle: Candle
    /// The symbol's bar before this one; for its first bar that bar itself.
    public let before: Candle
    public let hasBefore: Bool
    /// The return from close to close, and its logarithm; 0 for the first bar.
    public let move: Double
    public let logMove: Double
    public let quotes: QuoteSummary?

    init(_ candle: Candle, after before: Candle?, quotes: QuoteSummary?) {
        self.candle = candle
        self.before = before ?? candle
        hasBefore = before != nil
        move = candle.close / self.before.close - 1
        logMove = log(candle.close / self.before.close)
        self.quotes = quotes
    }

    /// The logarithmic return, which the first bar does not have.
    var knownLogMove: Double? { hasBefore ? logMove : nil }
    var range: Double { candle.high - candle.low }
    var typicalPrice: Double { (candle.high + candle.low + candle.close) / 3 }
    var dollarVolume: Double { candle.close * candle.volume }
}

/// What one symbol showed last: turns bars and quotes into readings.
struct ReadingMaker: Sendable {
    private var before: Candle?
    private var quotes = QuoteSummary()

    mutating func take(_ quote: QuoteSummary) { quotes.add(quote) }

    /// Nothing for what is no bar: a price that is not above zero or not finite, a negative volume, a high below the low.
    /// Such a bar changes nothing.
    mutating func reading(of candle: Candle) -> Reading? {
        guard candle.isFitForFeatures else { return nil }
        defer {
            before = candle
            quotes = QuoteSummary()
        }
        return Reading(candle, after: before, quotes: quotes.count > 0 ? quotes : nil)
    }
}

extension Candle {
    var isFitForFeatures: Bool {
        open > 0 && low > 0 && close > 0 && high >= low && volume >= 0
            && open.isUsable && high.isUsable && close.isUsable && volume.isUsable
    }
}
