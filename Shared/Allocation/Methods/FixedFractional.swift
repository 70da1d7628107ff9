import Parameters

public struct FixedFractional: AllocationMethod {
    public static let name = "fixed-fractional"
    public static let summary = "a fixed share of the equity for each signal in force; the rest stays in cash"
    public static let formula =
        "wᵢ = fraction, or fraction · |sᵢ| · cᵢ; scaled down where they add up to more than 1"
    public static let assumption = "a bet too large hurts more than one too small"
    public static let parameters: [Parameter] = [
        .number("fraction", 0.0001...1, default: 0.1, "The share of each."),
        .flag("scaled", default: false, "Whether strength × confidence of the signal scales it."),
    ]

    private let fraction: Double
    private let isScaled: Bool

    public init(_ arguments: Arguments) {
        fraction = arguments.number("fraction")
        isScaled = arguments.flag("scaled")
    }

    public func answer(_ question: AllocationQuestion) -> AllocationAnswer {
        AllocationAnswer(question.wishes.map { isScaled ? fraction * $0.conviction : fraction })
    }
}
