import Parameters

public struct RiskParity: AllocationMethod {
    public static let name = "risk-parity"
    public static let summary = "each position brings the same part of the whole's variance"
    public static let formula = "wᵢ · (Σ w)ᵢ is the same for all; Σ w = 1"
    public static let assumption =
        "reward goes with risk, and the covariance goes on as it was; returns are not guessed"
    public static let parameters = CovarianceChoice.parameters + HistoryChoice.parameters

    private let covariance: CovarianceChoice
    private let history: HistoryChoice

    public init(_ arguments: Arguments) throws(ParameterError) {
        covariance = CovarianceChoice(arguments)
        history = try HistoryChoice(arguments)
    }

    public var needs: AllocationNeeds { history.needs }

    public func answer(_ question: AllocationQuestion) throws(AllocationFailure) -> AllocationAnswer {
        let matrix = try covariance.regular(question)
        do {
            return AllocationAnswer(try EqualRisk.weights(matrix), covariance: matrix)
        } catch {
            throw AllocationFailure(error, question)
        }
    }
}
