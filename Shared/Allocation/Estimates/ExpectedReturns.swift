import Glibc

/// What an instrument is expected to earn in a year, guessed from what it has earned.
public enum ExpectedReturns: String, CaseIterable, Sendable {
    /// What it has earned a year, compounded.
    case mean
    /// The exponentially weighted average of a day, compounded over a year.
    case exponential
    /// What its part in the swings of all of them together would be paid for (CAPM); the market is their average.
    case capm

    /// - Parameters:
    ///   - returns: a row for each day, the oldest first, and a column for each instrument.
    ///   - span: under `exponential`, days after which a weight has fallen to about an eighth.
    ///   - riskFree: under `capm`, what money earns without risk, a year.
    public func vector(_ returns: Matrix, span: Double = 500, riskFree: Double = 0) -> [Double] {
        switch self {
        case .mean: (0..<returns.columns).map { compounded(column($0, of: returns)) }
        case .exponential: exponential(returns, span)
        case .capm: capm(returns, riskFree)
        }
    }

    private func column(_ column: Int, of returns: Matrix) -> [Double] {
        (0..<returns.rows).map { returns[$0, column] }
    }

    private func compounded(_ returns: [Double]) -> Double {
        var growth = 1.0
        for change in returns { growth *= 1 + change }
        return pow(max(0, growth), Days.inYear / Double(returns.count)) - 1
    }

    private func exponential(_ returns: Matrix, _ span: Double) -> [Double] {
        let keep = 1 - 2 / (span + 1)
        var sums = Array(repeating: 0.0, count: returns.columns)
        var weights = 0.0
        for row in 0..<returns.rows {
            weights = weights * keep + 1
            for column in sums.indices { sums[column] = sums[column] * keep + returns[row, column] }
        }
        return sums.map { pow(1 + $0 / weights, Days.inYear) - 1 }
    }

    private func capm(_ returns: Matrix, _ riskFree: Double) -> [Double] {
        let count = Double(returns.columns)
        let market = (0..<returns.rows).map { returns.row($0).reduce(0, +) / count }
        let mean = market.reduce(0, +) / Double(market.count)
        let swings = market.map { $0 - mean }
        let variance = dot(swings, swings)
        let premium = compounded(market) - riskFree
        return (0..<returns.columns).map { place in
            // The swings add up to nothing, so the instrument's own average drops out.
            let beta =
                variance > 1e-24 * Double(market.count)
                ? dot(swings, column(place, of: returns)) / variance : 0
            return riskFree + beta * premium
        }
    }
}
