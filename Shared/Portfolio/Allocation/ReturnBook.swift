import Allocation
import Domain

/// The closes of the latest days, all instruments side by side, from which allocators get their returns.
///
/// A day without a bar of an instrument has the close before. A day that is still going on counts where bars are days, and
/// not where they are shorter: half a day's return is none.
public struct ReturnBook: Sendable {
    private let count: Int
    private let depth: Int
    private let countsToday: Bool
    /// A ring of finished days, `depth` of them.
    var closes: [Double] = []
    var latest: [Double]
    /// The day on which an instrument had its first bar.
    var since: [Int]
    /// Which day it is, from 0.
    public internal(set) var day = 0
    var dayEnd = Int64.min

    /// `spans` are the lengths of the instruments' bars.
    public init(spans: [Int64], days: Int) {
        count = spans.count
        depth = days + 1
        countsToday = spans.allSatisfy { $0 >= Nanoseconds.day }
        latest = Array(repeating: 0, count: count)
        since = Array(repeating: .max, count: count)
    }

    public mutating func onBar(_ close: Price, of instrument: Int, at now: Timestamp) {
        if now.nanoseconds >= dayEnd { begin(now) }
        latest[instrument] = Double(close)
        since[instrument] = min(since[instrument], day)
    }

    private mutating func begin(_ now: Timestamp) {
        if dayEnd != .min {
            if closes.count < depth * count {
                closes += latest
            } else {
                let from = (day % depth) * count
                closes.replaceSubrange(from..<(from + count), with: latest)
            }
            day += 1
        }
        dayEnd = (now.dateUTC + 1).midnightUTC.nanoseconds
    }

    private var lastDay: Int { countsToday ? day : day - 1 }

    /// How many returns of an instrument are known.
    public func days(of instrument: Int) -> Int {
        since[instrument] == .max ? 0 : max(0, min(lastDay - since[instrument], depth - 1))
    }

    /// A row for each day that all of them have, the oldest first: what a position on that side has earned.
    func returns(of positions: [(instrument: Int, side: Double)], days: Int) -> Matrix {
        let rows = min(days, positions.map { self.days(of: $0.instrument) }.min() ?? 0)
        var returns = Matrix(rows: rows, columns: positions.count)
        for row in 0..<rows {
            let today = lastDay - rows + 1 + row
            for (column, position) in positions.enumerated() {
                let before = close(of: position.instrument, on: today - 1)
                let after = close(of: position.instrument, on: today)
                returns[row, column] = position.side * (after / before - 1)
            }
        }
        return returns
    }

    private func close(of instrument: Int, on day: Int) -> Double {
        day == self.day ? latest[instrument] : closes[(day % depth) * count + instrument]
    }
}
