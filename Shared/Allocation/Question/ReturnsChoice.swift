import Parameters

/// What an allocator expects instruments to earn.
struct ReturnsChoice: Sendable {
    let expected: ExpectedReturns
    let span: Double
    let riskFree: Double

    static let parameters: [Parameter] = [
        .choice(
            "expected", ExpectedReturns.allCases.map(\.rawValue), default: "mean",
            "How a year's return is guessed from the past."),
        .number(
            "expected_span", 2...10_000, default: 500,
            "Days after which a day weighs an eighth, where it is exponential."),
        .number("risk_free", -0.5...0.5, default: 0, "What money earns without risk, a year."),
    ]

    init(_ arguments: Arguments) {
        expected = ExpectedReturns(rawValue: arguments.choice("expected")) ?? .mean
        span = arguments.number("expected_span")
        riskFree = arguments.number("risk_free")
    }

    func vector(_ question: AllocationQuestion) -> [Double] {
        expected.vector(question.returns, span: span, riskFree: riskFree)
    }
}
