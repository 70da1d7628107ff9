import Parameters

public struct VolatilityTargeted: AllocationMethod {
    public static let name = "volatility-targeted"
    public static let summary =
        "equal shares, each scaled to a volatility that is aimed at; nothing is borrowed"
    public static let formula = "wᵢ = (target / σᵢ) / n, scaled down where they add up to more than 1"
    public static let assumption =
        "volatility goes on as it was; what instruments have in common is not counted"
    public static let parameters: [Parameter] = [
        .number("target", 0.001...5, default: 0.15, "The volatility that is aimed at, a year.")
    ]

    private let target: Double

    public init(_ arguments: Arguments) { target = arguments.number("target") }

    public var needs: AllocationNeeds { AllocationNeeds(volatility: true) }

    public func answer(_ question: AllocationQuestion) -> AllocationAnswer {
        let count = Double(question.count)
        return AllocationAnswer(question.wishes.map { target / ($0.volatility ?? .infinity) / count })
    }
}
