import Parameters

public struct BlackLitterman: AllocationMethod {
    public static let name = "black-litterman"
    public static let summary = "equal weights, tilted by signals as far as they are sure"
    public static let formula =
        "prior π = a · Σ · 1/n; views qᵢ = view · |sᵢ| with Ω = (1/cᵢ - 1) · τ · Σᵢᵢ; μ = π + τ Σ Pᵀ (P τ Σ Pᵀ + Ω)⁻¹ (q - P π); "
        + "most of μ · w - ½ · a · wᵀ S w, where S is Σ and what is left unsure"
    public static let assumption =
        "without signals equal weights would be right; a signal's strength tells a return and its confidence how sure it is"
    public static let parameters: [Parameter] =
        [
            .number(
                "view", 0.001...10, default: 0.2, "What a signal of strength 1 says will be earned, a year."),
            .number("trust", 0.01...1, default: 0.5, "How sure a signal of confidence 1 is."),
            .number(
                "tau", 0.0001...1, default: 0.05, "How unsure the prior is, as a part of the covariance."),
            .number("risk_aversion", 0.01...1000, default: 5, "The price a of variance."),
        ] + CovarianceChoice.parameters + LimitChoice.parameters + HistoryChoice.parameters

    private let view: Double
    private let trust: Double
    private let tau: Double
    private let aversion: Double
    private let covariance: CovarianceChoice
    private let limits: LimitChoice
    private let history: HistoryChoice

    public init(_ arguments: Arguments) throws(ParameterError) {
        view = arguments.number("view")
        trust = arguments.number("trust")
        tau = arguments.number("tau")
        aversion = arguments.number("risk_aversion")
        covariance = CovarianceChoice(arguments)
        limits = try LimitChoice(arguments)
        history = try HistoryChoice(arguments)
    }

    public var needs: AllocationNeeds { history.needs }

    public func answer(_ question: AllocationQuestion) throws(AllocationFailure) -> AllocationAnswer {
        let matrix = try covariance.regular(question)
        let even = Array(repeating: aversion / Double(question.count), count: question.count)
        let views = question.wishes.enumerated().map { place, wish in
            Posterior.View(
                mix: [(place, 1)], earns: view * wish.strength, confidence: min(1, trust * wish.confidence))
        }
        guard let posterior = Posterior(matrix, prior: matrix.times(even), views: views, tau: tau) else {
            throw .singular(question)
        }
        let frontier = Frontier(posterior.covariance, posterior.returns, limits.limits(question))
        let shares = try limits.solved(question) { () throws(SolverFailure) in
            try frontier.weights(tilt: 1 / aversion)
        }
        return AllocationAnswer(shares, expected: posterior.returns, covariance: posterior.covariance)
    }
}
