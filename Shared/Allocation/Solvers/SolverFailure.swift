/// Why a program has no answer that could be trusted.
public enum SolverFailure: Error, Equatable, Sendable {
    /// No numbers keep all the constraints.
    case infeasible
    /// The target gets better without end.
    case unbounded
    /// The quadratic form does not tell some of the variables apart.
    case singular
    /// Rounding got the better of the method: the outcome did not pass its own check.
    case inexact
}
