import Parameters

public struct EqualWeight: AllocationMethod {
    public static let name = "equal-weight"
    public static let summary = "the same share for each signal in force"
    public static let formula = "wᵢ = 1 / n"
    public static let assumption = "nothing is known of the instruments that would justify another choice"
    public static let parameters: [Parameter] = []

    public init(_ arguments: Arguments) {}

    public var leavesMoney: Bool { false }

    public func answer(_ question: AllocationQuestion) -> AllocationAnswer {
        AllocationAnswer(Array(repeating: 1, count: question.count))
    }
}
