import Parameters

public struct SignalWeighted: AllocationMethod {
    public static let name = "signal-weighted"
    public static let summary = "shares in proportion to strength × confidence"
    public static let formula = "wᵢ = |sᵢ| · cᵢ / Σ |s| · c"
    public static let assumption = "a signal twice as strong earns twice as much"
    public static let parameters: [Parameter] = []

    public init(_ arguments: Arguments) {}

    public var leavesMoney: Bool { false }

    public func answer(_ question: AllocationQuestion) -> AllocationAnswer {
        AllocationAnswer(question.wishes.map(\.conviction))
    }
}
