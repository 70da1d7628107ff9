import Parameters

public struct HierarchicalRiskParity: AllocationMethod {
    public static let name = "hrp"
    public static let summary =
        "hierarchical risk parity: risk shared out along a tree of what moves together"
    public static let formula =
        "distance √((1 - ρ) / 2), tree, order of its leaves; each half of the row gets a share in inverse proportion to its "
        + "variance, again and again"
    public static let assumption =
        "what moved together goes on to; the covariance need not be inverted, so it may be noisy or singular"
    public static let parameters: [Parameter] =
        [
            .choice(
                "linkage", LinkageRule.allCases.map(\.rawValue), default: "single",
                "How near two clusters are.")
        ] + CovarianceChoice.parameters + HistoryChoice.parameters

    private let linkage: LinkageRule
    private let covariance: CovarianceChoice
    private let history: HistoryChoice

    public init(_ arguments: Arguments) throws(ParameterError) {
        linkage = LinkageRule(rawValue: arguments.choice("linkage")) ?? .single
        covariance = CovarianceChoice(arguments)
        history = try HistoryChoice(arguments)
    }

    public var needs: AllocationNeeds { history.needs }

    public func answer(_ question: AllocationQuestion) throws(AllocationFailure) -> AllocationAnswer {
        let matrix = covariance.matrix(question)
        guard matrix.diagonal.allSatisfy({ $0 > 0 }) else {
            throw AllocationFailure(
                .singular,
                "an instrument has not moved in \(question.returns.rows) days, so it has no risk to share")
        }
        return AllocationAnswer(HierarchicalParity.weights(matrix, linkage), covariance: matrix)
    }
}
