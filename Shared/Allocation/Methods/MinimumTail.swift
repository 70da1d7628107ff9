import Parameters

public struct MinimumTail: AllocationMethod {
    public static let name = "min-cvar"
    public static let summary = "the portfolio whose worst days lose least on average"
    public static let formula =
        "least of CVaR(w) = a + Σ max(0, -rₜ · w - a) / (T · (1 - β)) over w and a with Σ w = 1 within the limits"
    public static let assumption =
        "the worst days to come are like the worst days that there were; returns are not guessed"
    public static let parameters: [Parameter] =
        [
            .number(
                "confidence", 0.5...0.999, default: 0.95, "The share of the days that are not the worst: β.")
        ]
        + LimitChoice.parameters + HistoryChoice.parameters

    private let confidence: Double
    private let limits: LimitChoice
    private let history: HistoryChoice

    public init(_ arguments: Arguments) throws(ParameterError) {
        confidence = arguments.number("confidence")
        limits = try LimitChoice(arguments)
        history = try HistoryChoice(arguments)
    }

    public var needs: AllocationNeeds { history.needs }

    public func answer(_ question: AllocationQuestion) throws(AllocationFailure) -> AllocationAnswer {
        let program = TailProgram(
            returns: question.returns, confidence: confidence, limits: limits.limits(question))
        let shares = try limits.solved(question) { () throws(SolverFailure) in try program.weights() }
        return AllocationAnswer(shares)
    }
}
