/// Why an allocator has no answer, in a sentence. Who asked keeps the weights that there were.
public struct AllocationFailure: Error, Hashable, CustomStringConvertible, Sendable {
    public enum Kind: String, Sendable {
        case history, singular, infeasible, hopeless, inexact
    }

    public let kind: Kind
    public let description: String

    public init(_ kind: Kind, _ sentence: String) {
        self.kind = kind
        description = sentence
    }

    init(_ failure: SolverFailure, _ question: AllocationQuestion, _ limits: String = "") {
        switch failure {
        case .infeasible, .unbounded:
            self.init(.infeasible, "no weights keep all the limits" + (limits.isEmpty ? "" : ": \(limits)"))
        case .singular: self = .singular(question)
        case .inexact:
            self.init(.inexact, "the outcome of the solver did not pass its own check")
        }
    }

    static func singular(_ question: AllocationQuestion) -> AllocationFailure {
        let (days, count) = (question.returns.rows, question.count)
        return AllocationFailure(
            .singular,
            days <= count
                ? "\(days) days do not tell \(count) instruments apart (the covariance is singular): more history, or "
                    + "covariance=ledoit-wolf, would be right"
                : "some of the \(count) instruments move as one (the covariance is singular): fewer of them, or "
                    + "covariance=ledoit-wolf, would be right")
    }
}
