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
        record.days.withUnsafeBufferPointer { days in
            Array(unsafeUninitializedCapacity: days.count) { returns, count in
                var before = Double(record.cash)
                // Four days at a time: a day takes two divisions, and a vector does several at once.
                while count + 4 <= days.count {
                    let units = SIMD4(
                        Double(days[count].equity.units), Double(days[count + 1].equity.units),
                        Double(days[count + 2].equity.units), Double(days[count + 3].equity.units))
                    let equity = units / Double(Money.scale)
                    let previous = SIMD4(before, equity[0], equity[1], equity[2])
                    var four = equity / previous - 1
                    // Asked for all four at once: for each by itself, the compiler divides each by itself.
                    if any(previous .== 0) { four.replace(with: 0, where: previous .== 0) }
                    for lane in 0..<4 { returns.initializeElement(at: count + lane, to: four[lane]) }
                    before = equity[3]
                    count += 4
                }
                for day in days[count...] {
                    let equity = Double(day.equity)
                    returns.initializeElement(at: count, to: before == 0 ? 0 : equity / before - 1)
                    before = equity
                    count += 1
                }
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
