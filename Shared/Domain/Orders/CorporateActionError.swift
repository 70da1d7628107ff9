/// A corporate action that cannot be applied: one sentence that names it and says what is wrong.
public struct CorporateActionError: Error, Hashable, CustomStringConvertible {
    public let description: String

    public init(_ action: CorporateAction, _ complaint: String) {
        description = "The \(action.kind) of \(action.symbol) on \(action.exAt.dateUTC) \(complaint)."
    }
}
