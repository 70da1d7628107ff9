import CColumns
import Domain
import Statistics

/// The figures of a run, by the formulas of docs/backtesting.md. What the run does not define is nothing: the Sharpe
/// ratio of an equity that never moved, the win rate without a trade.
public struct Summary: Sendable {
    public let finalEquity: Money
    public let closedTrades: Int
    public let openTrades: Int
    public let totalReturn: Double
    public let annualReturn: Double?
    public let volatility: Double?
    public let sharpe: Double?
    public let sortino: Double?
    public let calmar: Double?
    /// A share of the high, above 0.
    public let maxDrawdown: Double
    public let winRate: Double?
    public let profitFactor: Double?
    public let exposure: Double
    public let turnover: Double?
    public let fees: Money
    public let ordersHash: String

    public init(_ record: BacktestRecord) throws(ReturnsError) {
        let returns = try Returns(Summary.returns(record))
        // After fees.
        let outcomes = try Outcomes(record.trades.map { Double($0.profit - $0.fees) })
        finalEquity = record.finalEquity
        closedTrades = record.trades.count
        openTrades = record.positions.count
        totalReturn = Summary.totalReturn(record)
        annualReturn = returns.annualReturn
        volatility = returns.volatility
        sharpe = returns.sharpe()
        sortino = returns.sortino()
        maxDrawdown = record.maxDrawdown
        calmar = Summary.calmar(annualReturn, record)
        winRate = outcomes.winRate
        profitFactor = outcomes.profitFactor
        exposure = record.instants == 0 ? 0 : Double(record.instantsHeld) / Double(record.instants)
        turnover = Summary.turnover(record, years: Double(returns.count) / returns.periodsPerYear)
        fees = record.fees
        ordersHash = record.ordersHash
    }

    static func totalReturn(_ record: BacktestRecord) -> Double {
        Double(record.finalEquity) / Double(record.cash) - 1
    }

    static func calmar(_ annualReturn: Double?, _ record: BacktestRecord) -> Double? {
        annualReturn.flatMap { record.maxDrawdown > 0 ? $0 / record.maxDrawdown : nil }
    }

    /// The return of each day, the first one against the cash at the beginning.
    public static func returns(_ record: BacktestRecord) -> [Double] {
        Array(unsafeUninitializedCapacity: record.days.count) { returns, count in
            count = record.days.count
            guard count > 0, let place = returns.baseAddress else { return }
            record.days.withEquities {
                tradewind_returns(
                    $0.baseAddress, $0.count, Double(Money.scale), Double(record.cash), place)
            }
        }
    }

    /// The returns of the days beside those of the benchmark, both against the cash at the beginning; nothing where there
    /// is no benchmark.
    public static func comparison(_ record: BacktestRecord) throws(ReturnsError) -> Comparison? {
        guard let benchmark = record.benchmark, benchmark.values.count == record.days.count else {
            return nil
        }
        var before = Double(record.cash)
        let theirs = benchmark.values.map { value in
            defer { before = value }
            return before == 0 ? 0 : value / before - 1
        }
        return try Comparison(try Returns(returns(record)), to: try Returns(theirs))
    }

    /// How often a year the mean equity was bought and sold again.
    private static func turnover(_ record: BacktestRecord, years: Double) -> Double? {
        guard !record.days.isEmpty, years > 0 else { return nil }
        let traded = record.fills.reduce(0.0) { $0 + Double($1.price) * Double($1.quantity) }
        let mean = record.days.reduce(0.0) { $0 + Double($1.equity) } / Double(record.days.count)
        return mean == 0 ? nil : traded / 2 / mean / years
    }
}
