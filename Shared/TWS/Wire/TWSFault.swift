/// What a gateway said that cannot be read, or why it cannot be talked to, in a sentence.
public struct TWSFault: Error, Equatable, Sendable, CustomStringConvertible {
    public var description: String

    public init(_ description: String) { self.description = description }
}
