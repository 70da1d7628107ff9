import Dispatch
import Domain
import Statistics
import Strategies
import Synchronization

/// Runs a strategy at every point of a grid, on all cores, through the very machines of a single run. A run leaves
/// nothing behind but its figures, so memory does not grow with the grid.
public enum Sweep {
    /// What a run at a point came to.
    public struct Result: Sendable {
        public let arguments: Arguments
        public let finalEquity: Money
        public let totalReturn: Double
        public let sharpe: Double?
        public let calmar: Double?
        public let maxDrawdown: Double
        public let closedTrades: Int
        public let fees: Money
        public let ordersHash: String
    }

    public struct Outcome: Sendable {
        /// In the order of the grid.
        public var results: [Result] = []
        /// Points that the strategy refuses, such as a fast average slower than the slow one.
        public var refused = 0
    }

    public static func run<S: Strategy>(
        _ strategy: S.Type, _ grid: SweepGrid, on table: BarTable, _ settings: BacktestSettings,
        progress: @escaping @Sendable (Int) -> Void = { _ in }
    ) throws -> Outcome {
        let gathered = Mutex(Gathering(count: grid.points.count))
        // A point a task would spend more on handing out than on the run.
        let chunk = max(1, min(64, grid.points.count / 64))
        let chunks = (grid.points.count + chunk - 1) / chunk
        DispatchQueue.concurrentPerform(iterations: chunks) { index in
            let range = index * chunk..<min((index + 1) * chunk, grid.points.count)
            for place in range {
                if gathered.withLock({ $0.failure != nil }) { return }
                do {
                    let result = try point(strategy, grid.points[place], table, settings)
                    gathered.withLock { $0.results[place] = result }
                } catch is ParameterError {
                    gathered.withLock { $0.refused += 1 }
                } catch {
                    let sentence = "\(error)"
                    gathered.withLock { $0.failure = $0.failure ?? SweepError(description: sentence) }
                }
            }
            progress(gathered.withLock { $0.took(range.count) })
        }
        return try gathered.withLock { gathered in
            if let failure = gathered.failure { throw failure }
            return Outcome(results: gathered.results.compactMap { $0 }, refused: gathered.refused)
        }
    }

    private static func point<S: Strategy>(
        _ strategy: S.Type, _ arguments: Arguments, _ table: BarTable, _ settings: BacktestSettings
    ) throws -> Result {
        let record = try Backtest.run(strategy, arguments, on: table, settings)
        let summary = try Summary(record)
        return Result(
            arguments: arguments, finalEquity: summary.finalEquity, totalReturn: summary.totalReturn,
            sharpe: summary.sharpe, calmar: summary.calmar, maxDrawdown: summary.maxDrawdown,
            closedTrades: summary.closedTrades, fees: summary.fees, ordersHash: summary.ordersHash)
    }

    private struct Gathering {
        var results: [Result?]
        var refused = 0
        var failure: SweepError?
        private var done = 0

        init(count: Int) { results = Array(repeating: nil, count: count) }

        mutating func took(_ count: Int) -> Int {
            done += count
            return done
        }
    }
}

/// A run of a sweep that could not go on.
public struct SweepError: Error, CustomStringConvertible {
    public let description: String
}
