import Parameters

public struct MeanVariance: AllocationMethod {
    public static let name = "mean-variance"
    public static let summary =
        "expected return against variance, within bounds, sectors and turnover (Markowitz)"
    public static let formula =
        "utility: most of μ · w - ½ · a · wᵀ Σ w; return: least variance with μ · w ≥ target; risk: most return with "
        + "√(wᵀ Σ w) ≤ target; Σ w = 1 within the limits"
    public static let assumption =
        "what instruments will earn can be guessed; variance is what one minds, and it goes on as it was"
    public static let parameters: [Parameter] =
        [
            .choice("aim", ["utility", "return", "risk"], default: "utility", "What is sought."),
            .number("risk_aversion", 0.01...1000, default: 5, "Under utility, the price a of variance."),
            .number(
                "target_return", -1...10, default: 0.1, "Under return, what a year should earn at least."),
            .number(
                "target_volatility", 0.001...5, default: 0.15,
                "Under risk, the most that it may swing, a year."),
        ] + ReturnsChoice.parameters + CovarianceChoice.parameters + LimitChoice.parameters
        + HistoryChoice.parameters

    private enum Aim: Sendable {
        case utility(aversion: Double)
        case least(returning: Double)
        case most(volatility: Double)
    }

    private let aim: Aim
    private let returns: ReturnsChoice
    private let covariance: CovarianceChoice
    private let limits: LimitChoice
    private let history: HistoryChoice

    public init(_ arguments: Arguments) throws(ParameterError) {
        aim =
            switch arguments.choice("aim") {
            case "return": .least(returning: arguments.number("target_return"))
            case "risk": .most(volatility: arguments.number("target_volatility"))
            default: .utility(aversion: arguments.number("risk_aversion"))
            }
        returns = ReturnsChoice(arguments)
        covariance = CovarianceChoice(arguments)
        limits = try LimitChoice(arguments)
        history = try HistoryChoice(arguments)
    }

    public var needs: AllocationNeeds { history.needs }

    public func answer(_ question: AllocationQuestion) throws(AllocationFailure) -> AllocationAnswer {
        let matrix = try covariance.regular(question)
        let expected = returns.vector(question)
        let frontier = Frontier(matrix, expected, limits.limits(question))
        let shares: [Double]
        switch aim {
        case .utility(let aversion):
            shares = try limits.solved(question) { () throws(SolverFailure) in
                try frontier.weights(tilt: 1 / aversion)
            }
        case .least(let target):
            shares = try limits.solved(question, more: "target_return \(target)") {
                () throws(SolverFailure) in
                try frontier.weights(returning: target)
            }
        case .most(let volatility):
            shares = try limits.solved(question, more: "target_volatility \(volatility)") {
                () throws(SolverFailure) in
                guard let found = try frontier.mostReturning(volatility: volatility) else {
                    throw .infeasible
                }
                return found
            }
        }
        return AllocationAnswer(shares, expected: expected, covariance: matrix)
    }
}
