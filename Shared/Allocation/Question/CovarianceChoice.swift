import Parameters

/// How an allocator takes instruments to move together.
struct CovarianceChoice: Sendable {
    let estimate: CovarianceEstimate
    let span: Double

    static let parameters: [Parameter] = [
        .choice(
            "covariance", CovarianceEstimate.allCases.map(\.rawValue), default: "sample",
            "How the covariance is estimated."),
        .number(
            "span", 2...10_000, default: 180,
            "Days after which a day weighs an eighth, where it is exponential."),
    ]

    init(_ arguments: Arguments) {
        estimate = CovarianceEstimate(rawValue: arguments.choice("covariance")) ?? .sample
        span = arguments.number("span")
    }

    func matrix(_ question: AllocationQuestion) -> Matrix { estimate.matrix(question.returns, span: span) }

    /// The covariance, where it tells all instruments apart: a solver would find weights for noise as readily.
    func regular(_ question: AllocationQuestion) throws(AllocationFailure) -> Matrix {
        let covariance = matrix(question)
        guard Cholesky(covariance) != nil else { throw .singular(question) }
        return covariance
    }
}
