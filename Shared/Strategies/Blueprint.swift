import Domain

/// What a voice is made from, with what people are told of it: a strategy written in Swift, or rules that were read
/// from a file. Backtests, sweeps and audits take any.
public protocol Blueprint<Made>: Sendable {
    associatedtype Made: Voice & Remembering
    /// How people call it.
    var name: String { get }
    /// One line that says what it does.
    var summary: String { get }
    var parameters: [Parameter] { get }
    /// The rule in words, a line each.
    var words: [String] { get }
    var example: StrategyExample { get }

    /// Arguments have been checked against `parameters`.
    func make(_ arguments: Arguments, symbols: [Symbol]) throws(ParameterError) -> Made
}

/// The blueprint of a strategy that is written in Swift.
public struct Coded<S: Strategy>: Blueprint {
    @inlinable public init() {}

    @inlinable public var name: String { S.name }
    @inlinable public var summary: String { S.summary }
    @inlinable public var parameters: [Parameter] { S.parameters }
    public var words: [String] { S.rule }
    public var example: StrategyExample { S.example }

    @inlinable public func make(_ arguments: Arguments, symbols: [Symbol]) throws(ParameterError) -> S {
        try S(arguments, symbols: symbols)
    }
}
