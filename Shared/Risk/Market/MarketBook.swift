import Domain
import Stops

/// What the gate has seen of the markets: of each instrument its last bar and quote, its range, and its days.
public struct MarketBook: Sendable {
    /// One instrument.
    public struct Line: Sendable {
        public internal(set) var span: Int64 = 0
        public internal(set) var lastAt: Timestamp = .distantPast
        public internal(set) var close: Price = .zero
        public internal(set) var bid: Price = .zero
        public internal(set) var ask: Price = .zero
        /// The average true range of the last bars, by Wilder's smoothing; zero before there are enough.
        var range = AverageRange()
        public internal(set) var days = DayHistory()
        /// When the last bar came, where it stands in for one that was not there in time.
        public internal(set) var cameAt: Timestamp?

        public var averageRange: Price? { range.value }
    }

    public internal(set) var lines: [Line]
    /// Bars of this moment on belong to a new day.
    var dayEnd = Int64.min

    public init(instruments: Int) { lines = Array(repeating: Line(), count: instruments) }

    public mutating func onBar(
        high: Price, low: Price, close: Price, volume: Volume, span: Int64, closingAt at: Timestamp,
        of instrument: Int
    ) {
        if at.nanoseconds >= dayEnd { beginDay(at) }
        lines[instrument].range.update(high: high, low: low, close: close)
        lines[instrument].days.onBar(close, volume)
        lines[instrument].span = span
        lines[instrument].lastAt = at
        lines[instrument].close = close
        lines[instrument].cameAt = nil
    }

    /// The last bar stands in for one that was not there in time, and came at that moment.
    public mutating func onStandIn(cameAt: Timestamp, of instrument: Int) {
        lines[instrument].cameAt = cameAt
    }

    public mutating func onQuote(bid: Price, ask: Price, at: Timestamp, of instrument: Int) {
        lines[instrument].bid = bid
        lines[instrument].ask = ask
        lines[instrument].lastAt = max(at, lines[instrument].lastAt)
        lines[instrument].cameAt = nil
    }

    public mutating func onSplit(_ numerator: Int64, for denominator: Int64, of instrument: Int) {
        lines[instrument].range.split(numerator, for: denominator)
        lines[instrument].days.split(numerator, for: denominator)
        lines[instrument].close =
            (try? lines[instrument].close.scaled(denominator, over: numerator)) ?? lines[instrument].close
    }

    /// All instruments begin their day together, so that their returns are of the same days.
    private mutating func beginDay(_ at: Timestamp) {
        if dayEnd != .min {
            for index in lines.indices { lines[index].days.endDay() }
        }
        dayEnd = (at.dateUTC + 1).midnightUTC.nanoseconds
    }
}
