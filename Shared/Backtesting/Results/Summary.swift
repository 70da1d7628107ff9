import Domain
import Glibc

/// The figures of a run, by the formulas of docs/backtesting.md.
public struct Summary: Sendable {
    public var finalEquity: Money
    public var closedTrades: Int
    public var openTrades: Int
    public var totalReturn: Double
    public var annualReturn: Double
    public var volatility: Double
    public var sharpe: Double
    public var sortino: Double
    public var calmar: Double
    public var maxDrawdown: Double
    public var winRate: Double
    public var profitFactor: Double
    public var exposure: Double
    public var turnover: Double
    public var fees: Money
    public var ordersHash: String
    public var warnings: [String]

    /// Trading days in a year.
    public static let daysPerYear = 252.0

    public init(_ record: BacktestRecord) {
        let returns = Summary.returns(record)
        // After fees.
        let trades = record.trades.map { $0.profit - $0.fees }
        finalEquity = record.finalEquity
        closedTrades = trades.count
        openTrades = record.positions.count
        totalReturn = Double(record.finalEquity) / Double(record.cash) - 1
        let years = Double(returns.count) / Summary.daysPerYear
        annualReturn = totalReturn <= -1 ? -1 : years > 0 ? pow(1 + totalReturn, 1 / years) - 1 : 0
        let mean = returns.reduce(0, +) / Double(max(1, returns.count))
        let variance =
            returns.count < 2
            ? 0 : returns.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(returns.count - 1)
        let downside = returns.reduce(0) { $0 + min($1, 0) * min($1, 0) } / Double(max(1, returns.count))
        volatility = (variance * Summary.daysPerYear).squareRoot()
        sharpe = Summary.quotient(mean, variance.squareRoot()) * Summary.daysPerYear.squareRoot()
        sortino = Summary.quotient(mean, downside.squareRoot()) * Summary.daysPerYear.squareRoot()
        maxDrawdown = record.maxDrawdown
        calmar = Summary.quotient(annualReturn, maxDrawdown)
        let gains = trades.reduce(Money.zero) { $0 + max($1, .zero) }
        let losses = trades.reduce(Money.zero) { $0 - min($1, .zero) }
        winRate = trades.isEmpty ? .nan : Double(trades.count { $0.isPositive }) / Double(trades.count)
        profitFactor = trades.isEmpty ? .nan : Double(gains) / Double(losses)
        exposure = record.instants == 0 ? 0 : Double(record.instantsHeld) / Double(record.instants)
        turnover = Summary.turnover(record, years: years)
        fees = record.fees
        ordersHash = record.ordersHash
        warnings = Summary.warnings(record)
    }

    /// The return of each day, the first one against the cash at the beginning.
    public static func returns(_ record: BacktestRecord) -> [Double] {
        var before = Double(record.cash)
        return record.days.map { day in
            let equity = Double(day.equity)
            defer { before = equity }
            return before == 0 ? 0 : equity / before - 1
        }
    }

    /// How often a year the mean equity was bought and sold again.
    private static func turnover(_ record: BacktestRecord, years: Double) -> Double {
        guard !record.days.isEmpty, years > 0 else { return 0 }
        let traded = record.fills.reduce(0.0) { $0 + Double($1.price) * Double($1.quantity) }
        let mean = record.days.reduce(0.0) { $0 + Double($1.equity) } / Double(record.days.count)
        return mean == 0 ? 0 : traded / 2 / mean / years
    }

    private static func quotient(_ dividend: Double, _ divisor: Double) -> Double {
        divisor == 0 ? .nan : dividend / divisor
    }
}
