import Parameters

public struct Kelly: AllocationMethod {
    public static let name = "kelly"
    public static let summary = "a fraction of what makes the money grow fastest; nothing is borrowed"
    public static let formula =
        "most of f · (μ - r) · w - ½ · wᵀ Σ w, which without limits is w = f · Σ⁻¹ (μ - r); Σ w ≤ 1"
    public static let assumption =
        "returns are known and small, and come again and again; an error in μ is an error in w, so use a fraction"
    public static let parameters: [Parameter] =
        [.number("fraction", 0.01...1, default: 0.5, "The part of the full Kelly bet.")]
        + ReturnsChoice.parameters + CovarianceChoice.parameters + LimitChoice.parameters
        + HistoryChoice.parameters

    private let fraction: Double
    private let returns: ReturnsChoice
    private let covariance: CovarianceChoice
    private let limits: LimitChoice
    private let history: HistoryChoice

    public init(_ arguments: Arguments) throws(ParameterError) {
        fraction = arguments.number("fraction")
        returns = ReturnsChoice(arguments)
        covariance = CovarianceChoice(arguments)
        limits = try LimitChoice(arguments)
        history = try HistoryChoice(arguments)
    }

    public var needs: AllocationNeeds { history.needs }

    public func answer(_ question: AllocationQuestion) throws(AllocationFailure) -> AllocationAnswer {
        let matrix = try covariance.regular(question)
        let expected = returns.vector(question)
        let frontier = Frontier(
            matrix, expected.map { $0 - returns.riskFree }, limits.limits(question, spendsAll: false))
        let shares = try limits.solved(question) { () throws(SolverFailure) in
            try frontier.weights(tilt: fraction)
        }
        return AllocationAnswer(shares, expected: expected, covariance: matrix)
    }
}
