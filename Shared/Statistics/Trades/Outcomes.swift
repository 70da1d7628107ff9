/// Gains and losses of trades, or of periods: what share won, and what a win and a loss were worth. Zeros are neither.
public struct Outcomes: Sendable, Equatable {
    public let wins: [Double]
    public let losses: [Double]

    /// Refuses what is no number.
    public init(_ values: [Double]) throws(ReturnsError) {
        for (index, value) in values.enumerated() where !value.isFinite {
            throw ReturnsError("outcome \(index + 1) is \(value); a finite number would be right")
        }
        wins = values.filter { $0 > 0 }
        losses = values.filter { $0 < 0 }
    }

    public var decided: Int { wins.count + losses.count }

    /// The share of what was decided that won.
    public var winRate: Double? { quotient(Double(wins.count), Double(decided)) }
    public var averageWin: Double? { mean(wins) }
    /// Below zero.
    public var averageLoss: Double? { mean(losses) }
    /// What was won for each unit lost.
    public var profitFactor: Double? { quotient(sum(wins), -sum(losses)) }
    /// The average win for each unit of the average loss.
    public var payoffRatio: Double? {
        guard let averageWin, let averageLoss else { return nil }
        return quotient(averageWin, -averageLoss)
    }
    /// What one may expect of the next that is decided.
    public var expectancy: Double? { quotient(sum(wins) + sum(losses), Double(decided)) }
    /// The part of the money that would have grown fastest.
    public var kelly: Double? {
        guard let winRate, let payoffRatio else { return nil }
        return quotient(winRate * payoffRatio - (1 - winRate), payoffRatio)
    }
}
