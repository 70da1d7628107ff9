import Backtesting
import Configuration
import Domain
import Strategies

/// A strategy as people say it: `sma-crossover`, or `'sma-crossover fast=10 slow=30 share=2 span=1d'`.
///
/// `share` is its part of the account's money in proportion to those of the others, `span` the length of the bars that
/// it is shown; everything else is a parameter of its own.
public struct SpokenStrategy {
    public let name: String
    /// What is given to the strategy.
    public var arguments: [(name: String, text: String)] = []
    public var share = 1.0
    public var span: Int64?

    public init(_ text: String) throws {
        let words = text.split(separator: " ")
        guard let first = words.first else {
            throw Failure("a strategy has a name; `tradewind backtest --help` lists them", exitCode: 2)
        }
        name = String(first)
        for word in words.dropFirst() {
            let (key, value) = try OptionText.assignment(String(word), of: name)
            switch key {
            case "share":
                guard let share = Double(value), share > 0, share.isFinite else {
                    throw Failure("share of \(name) must be a number above 0, not \(value)", exitCode: 2)
                }
                self.share = share
            case "span": span = try OptionText.span(value, of: "span of \(name)")
            default: arguments.append((key, value))
            }
        }
    }
}

/// Makes a participant of the strategy that the registry shows it.
public struct Enlisting: StrategyVisitor {
    public let spoken: SpokenStrategy
    public private(set) var participant: Participant?

    public init(_ spoken: SpokenStrategy) { self.spoken = spoken }

    public mutating func visit<S: Strategy>(_ strategy: S.Type) throws {
        let arguments = try Arguments(S.parameters, given: spoken.arguments, of: S.name)
        participant = Participant(S.self, arguments, weight: spoken.share, span: spoken.span)
    }

    public static func participant(_ spoken: SpokenStrategy) throws -> Participant {
        var enlisting = Enlisting(spoken)
        try StrategyRegistry.visit(spoken.name, &enlisting)
        guard let participant = enlisting.participant else {
            throw Failure("there is no strategy \(spoken.name)", exitCode: 2)
        }
        return participant
    }
}
