import Parameters

public struct MaximumSharpe: AllocationMethod {
    public static let name = "max-sharpe"
    public static let summary = "the portfolio that was expected to earn most for its volatility"
    public static let formula = "most of (μ - r) · w / √(wᵀ Σ w) with Σ w = 1 within the limits"
    public static let assumption =
        "what instruments will earn can be guessed: of all inputs the one that is guessed worst and matters most"
    public static let parameters =
        ReturnsChoice.parameters + CovarianceChoice.parameters + LimitChoice.parameters
        + HistoryChoice.parameters

    private let returns: ReturnsChoice
    private let covariance: CovarianceChoice
    private let limits: LimitChoice
    private let history: HistoryChoice

    public init(_ arguments: Arguments) throws(ParameterError) {
        returns = ReturnsChoice(arguments)
        covariance = CovarianceChoice(arguments)
        limits = try LimitChoice(arguments)
        history = try HistoryChoice(arguments)
    }

    public var needs: AllocationNeeds { history.needs }

    public func answer(_ question: AllocationQuestion) throws(AllocationFailure) -> AllocationAnswer {
        let matrix = try covariance.regular(question)
        let expected = returns.vector(question)
        let frontier = Frontier(matrix, expected.map { $0 - returns.riskFree }, limits.limits(question))
        let shares = try limits.solved(question) { () throws(SolverFailure) in
            try frontier.mostReturnForRisk()
        }
        guard let shares else {
            throw AllocationFailure(
                .hopeless,
                "no portfolio within the limits is expected to earn more than the \(returns.riskFree) a year that money "
                    + "earns without risk")
        }
        return AllocationAnswer(shares, expected: expected, covariance: matrix)
    }
}
