import Domain
import Statistics
import Strategies

/// A point of a sweep, and what the run there came to.
public struct SweepPoint: Sendable, Equatable {
    public struct Figures: Sendable, Equatable {
        public var finalEquity: Money
        public var totalReturn: Double
        public var annualReturn: Double?
        public var sharpe: Double?
        public var sortino: Double?
        public var calmar: Double?
        public var maxDrawdown: Double
        public var closedTrades: Int
        public var fees: Money
        public var ordersHash: String

        init(
            finalEquity: Money, totalReturn: Double, annualReturn: Double?, sharpe: Double?, sortino: Double?,
            calmar: Double?, maxDrawdown: Double, closedTrades: Int, fees: Money, ordersHash: String
        ) {
            self.finalEquity = finalEquity
            self.totalReturn = totalReturn
            self.annualReturn = annualReturn
            self.sharpe = sharpe
            self.sortino = sortino
            self.calmar = calmar
            self.maxDrawdown = maxDrawdown
            self.closedTrades = closedTrades
            self.fees = fees
            self.ordersHash = ordersHash
        }

        /// What `Summary` says of the same run; what a sweep does not show is not computed ten thousand times.
        init(_ record: borrowing BacktestRecord) throws(ReturnsError) {
            let returns = try Returns(Summary.returns(record))
            finalEquity = record.finalEquity
            totalReturn = Summary.totalReturn(record)
            annualReturn = returns.annualReturn
            sharpe = returns.sharpe()
            sortino = returns.sortino()
            calmar = Summary.calmar(annualReturn, record)
            maxDrawdown = record.maxDrawdown
            closedTrades = record.trades.count
            fees = record.fees
            ordersHash = record.ordersHash
        }
    }

    /// Its number in the plan, from 0.
    public let number: Int
    public let arguments: Arguments
    /// Nothing where the strategy refuses the arguments, such as a fast average slower than the slow one.
    public let figures: Figures?

    init(number: Int, arguments: Arguments, figures: Figures?) {
        self.number = number
        self.arguments = arguments
        self.figures = figures
    }
}

/// What a sweep's points are ranked by.
public enum SweepScore: String, CaseIterable, Sendable {
    case sharpe, sortino, calmar
    case totalReturn = "total_return"
    case maxDrawdown = "max_drawdown"

    /// The figure, the higher the better; nothing where the run does not define it.
    public func of(_ figures: SweepPoint.Figures) -> Double? {
        switch self {
        case .sharpe: figures.sharpe
        case .sortino: figures.sortino
        case .calmar: figures.calmar
        case .totalReturn: figures.totalReturn
        case .maxDrawdown: -figures.maxDrawdown
        }
    }
}
