import Parameters

public struct InverseVolatility: AllocationMethod {
    public static let name = "inverse-volatility"
    public static let summary = "shares in inverse proportion to volatility"
    public static let formula = "wᵢ = (1 / σᵢ) / Σ (1 / σ)"
    public static let assumption = "all pairs are equally correlated; volatility goes on as it was"
    public static let parameters: [Parameter] = []

    public init(_ arguments: Arguments) {}

    public var needs: AllocationNeeds { AllocationNeeds(volatility: true) }
    public var leavesMoney: Bool { false }

    public func answer(_ question: AllocationQuestion) -> AllocationAnswer {
        AllocationAnswer(question.wishes.map { 1 / ($0.volatility ?? .infinity) })
    }
}
