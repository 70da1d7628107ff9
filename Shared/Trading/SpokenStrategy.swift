import Backtesting
import Configuration
import Domain
import Strategies
import StrategyFiles

/// A strategy as people say it: `sma-crossover`, `'sma-crossover fast=10 slow=30 share=2 span=1d'`, or the file of a sheet of
/// rules, `'rules/pullback.yaml fast=10'`.
///
/// `share` is its part of the account's money in proportion to those of the others, `span` the length of the bars that
/// it is shown; everything else is a parameter of its own.
public struct SpokenStrategy {
    public let name: String
    /// The rules, where the name is that of a file.
    public let sheet: RuleSheet?
    /// What is given to the strategy.
    public var arguments: [(name: String, text: String)] = []
    public var share = 1.0
    public var span: Int64?

    public init(_ text: String) throws {
        let (name, words) = try SpokenStrategy.parts(text)
        self.name = name
        sheet = StrategyFiles.isSheet(name) ? try StrategyFiles.sheet(name) : nil
        for word in words {
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

    /// A file's name may have blanks in it; then it ends where its ending is.
    private static func parts(_ text: String) throws -> (name: String, words: [Substring]) {
        let words = text.split(separator: " ")
        guard let first = words.first else {
            throw Failure("a strategy has a name; `tradewind strategies list` shows them", exitCode: 2)
        }
        if let end = words.firstIndex(where: { StrategyFiles.isSheet(String($0)) }) {
            return (String(text[words[0].startIndex..<words[end].endIndex]), Array(words[(end + 1)...]))
        }
        return (String(first), Array(words.dropFirst()))
    }

    /// What orders of these strategies call them.
    public static func labels(of strategies: [SpokenStrategy]) -> [String] {
        Participant.labels(of: strategies.map { $0.sheet?.name ?? $0.name })
    }

    /// Shows a visitor what it is made from.
    public func show(to visitor: inout some StrategyVisitor) throws {
        if let sheet { try visitor.visit(sheet) } else { try StrategyRegistry.visit(name, &visitor) }
    }

    /// What was given, and the defaults of the others, among them those of `more` parameters that are not the strategy's;
    /// files are read.
    public func arguments(for blueprint: some Blueprint, and more: [Parameter] = []) throws -> Arguments {
        try Arguments(
            blueprint.parameters + more, given: arguments, of: blueprint.name, reading: StrategyFiles.text)
    }

    /// Every text that it is made of or asks for: a run with another one is another run.
    public func texts() throws -> [String] {
        var reading = Reading(spoken: self)
        try show(to: &reading)
        return (sheet.map { ["\($0.words)\($0.parameters)"] } ?? []) + reading.texts
    }

    private struct Reading: StrategyVisitor {
        let spoken: SpokenStrategy
        var texts: [String] = []

        mutating func visit<B: Blueprint>(_ blueprint: B) throws {
            texts = try spoken.arguments(for: blueprint).files.map(\.text)
        }
    }
}

/// Makes a participant of the strategy that the registry shows it.
public struct Enlisting: StrategyVisitor {
    public let spoken: SpokenStrategy
    public private(set) var participant: Participant?

    public init(_ spoken: SpokenStrategy) { self.spoken = spoken }

    public mutating func visit<B: Blueprint>(_ blueprint: B) throws {
        let arguments = try spoken.arguments(for: blueprint)
        participant = Participant(blueprint, arguments, weight: spoken.share, span: spoken.span)
    }

    public static func participant(_ spoken: SpokenStrategy) throws -> Participant {
        var enlisting = Enlisting(spoken)
        try spoken.show(to: &enlisting)
        guard let participant = enlisting.participant else {
            throw Failure("there is no strategy \(spoken.name)", exitCode: 2)
        }
        return participant
    }
}
