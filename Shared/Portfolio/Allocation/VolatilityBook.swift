import Domain
import Glibc

/// The yearly volatility of each instrument: an exponentially weighted deviation of the returns from bar to bar, each
/// weighing 6 % less than the one after it.
public struct VolatilityBook: Sendable {
    /// Bars before the first answer.
    public static let warmUp = 20
    private static let decay = 0.94

    struct Line: Sendable {
        var last = 0.0
        var variance = 0.0
        var count = 0
    }

    var lines: [Line]
    private let barsPerYear: [Double]

    /// `spans` are the lengths of the instruments' bars: a year has 252 days of six and a half hours.
    public init(spans: [Int64]) {
        lines = Array(repeating: Line(), count: spans.count)
        barsPerYear = spans.map { span in
            let session = 390 * Nanoseconds.minute
            return span >= session
                ? 252 * Double(Nanoseconds.day) / Double(max(span, Nanoseconds.day))
                : 252 * Double(session) / Double(span)
        }
    }

    public mutating func onBar(_ close: Price, of instrument: Int) {
        let price = Double(close)
        let before = lines[instrument].last
        lines[instrument].last = price
        guard before > 0, price > 0 else { return }
        let change = log(price / before)
        let count = lines[instrument].count + 1
        // Until there are enough, all weigh the same.
        let weight = max(1 - VolatilityBook.decay, 1 / Double(count))
        lines[instrument].variance += weight * (change * change - lines[instrument].variance)
        lines[instrument].count = count
    }

    /// Nothing before there were enough bars.
    public func volatility(of instrument: Int) -> Double? {
        let line = lines[instrument]
        guard line.count >= VolatilityBook.warmUp else { return nil }
        return (line.variance * barsPerYear[instrument]).squareRoot()
    }
}
