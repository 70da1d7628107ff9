import Parameters

/// A way of spreading money that people can choose by name and give parameters to.
///
/// It is a function: the same question has the same answer, to the last bit.
public protocol AllocationMethod: Sendable {
    /// How people call it: `min-variance`.
    static var name: String { get }
    /// One line that says what it does.
    static var summary: String { get }
    /// What the shares are, in mathematics.
    static var formula: String { get }
    /// What has to be true for it to be a good idea.
    static var assumption: String { get }
    /// What can be set, from which settings, help and sweeps are made.
    static var parameters: [Parameter] { get }

    /// Arguments have been checked against `parameters`; what depends on several of them is checked here.
    init(_ arguments: Arguments) throws(ParameterError)

    var needs: AllocationNeeds { get }
    /// Shares are of the money, and some of it may be left; else all of it is spent in their proportions.
    var leavesMoney: Bool { get }
    func answer(_ question: AllocationQuestion) throws(AllocationFailure) -> AllocationAnswer
}

extension AllocationMethod {
    public var needs: AllocationNeeds { AllocationNeeds() }
    public var leavesMoney: Bool { true }
}
