import Parameters

public struct MinimumVariance: AllocationMethod {
    public static let name = "min-variance"
    public static let summary = "the portfolio that swings least"
    public static let formula = "least of wᵀ Σ w with Σ w = 1 within the limits"
    public static let assumption = "the covariance goes on as it was; returns are not guessed"
    public static let parameters =
        CovarianceChoice.parameters + LimitChoice.parameters + HistoryChoice.parameters

    private let covariance: CovarianceChoice
    private let limits: LimitChoice
    private let history: HistoryChoice

    public init(_ arguments: Arguments) throws(ParameterError) {
        covariance = CovarianceChoice(arguments)
        limits = try LimitChoice(arguments)
        history = try HistoryChoice(arguments)
    }

    public var needs: AllocationNeeds { history.needs }

    public func answer(_ question: AllocationQuestion) throws(AllocationFailure) -> AllocationAnswer {
        let matrix = try covariance.regular(question)
        let none = Array(repeating: 0.0, count: question.count)
        let frontier = Frontier(matrix, none, limits.limits(question))
        let shares = try limits.solved(question) { () throws(SolverFailure) in try frontier.weights(tilt: 0) }
        return AllocationAnswer(shares, covariance: matrix)
    }
}
