import Domain
import Strategies

/// A strategy that shares an account with others.
///
/// Each has its own share of the account's money, trades with that and what it made of it, and is told apart in what it
/// holds, though the account has one position in each instrument. What one strategy does changes nothing for another,
/// as long as the account's limits are not reached.
public struct Participant: Sendable {
    /// What it is called in orders and reports: the strategy's name, with a number where it is there several times.
    public internal(set) var label: String
    public let strategy: String
    public let arguments: Arguments
    /// Its part of the money, in proportion to those of the others.
    public let weight: Double
    /// The length of the bars that it wants to see; nothing: the shortest that there are.
    public let span: Int64?
    private let make: @Sendable (Market) throws -> Member
    /// The same strategy for a desk of the mesh.
    private(set) var member: StrategyDesk.Member

    public init(
        _ blueprint: some Blueprint, _ arguments: Arguments, weight: Double = 1, span: Int64? = nil
    ) {
        precondition(weight > 0 && weight.isFinite, "a strategy's part of the money is above 0")
        label = blueprint.name
        strategy = blueprint.name
        self.arguments = arguments
        self.weight = weight
        self.span = span
        member = StrategyDesk.Member(blueprint.name, blueprint, arguments)
        make = { market in
            MemberOf(try blueprint.make(arguments, symbols: market.symbols), span: span, market)
        }
    }

    public init<S: Strategy>(
        _ strategy: S.Type, _ arguments: Arguments, weight: Double = 1, span: Int64? = nil
    ) {
        self.init(Coded<S>(), arguments, weight: weight, span: span)
    }

    /// Why it cannot be shown what it asked for, in a sentence; nothing where it can.
    public func complaint(about market: Market) -> String? {
        guard let span else { return nil }
        let lengths = market.symbols.indices.map { market.spans(of: $0) }
        if lengths.contains(where: { $0.contains(span) }) { return nil }
        let known = Set(lengths.joined()).sorted().map { "\(Interval(nanoseconds: $0))" }
        return "\(label) asked for bars of \(Interval(nanoseconds: span)), and there are bars of "
            + "\(known.joined(separator: ", ")), of which no shorter ones can be made"
    }

    func join(_ market: Market) throws -> Member { try make(market) }

    /// The same, with labels that tell them apart.
    static func labelled(_ participants: [Participant]) -> [Participant] {
        zip(participants, labels(of: participants.map(\.strategy))).map { participant, label in
            var participant = participant
            participant.label = label
            participant.member.label = label
            return participant
        }
    }

    /// Names of strategies, with a number where one is there several times.
    public static func labels(of names: [String]) -> [String] {
        var seen: [String: Int] = [:]
        return names.map { name in
            let number = seen[name, default: 0] + 1
            seen[name] = number
            return names.count { $0 == name } == 1 ? name : "\(name)#\(number)"
        }
    }

    /// The part of the money that each begins with: together they have all of it.
    static func parts(of cash: Money, for participants: [Participant]) -> [Money] {
        let sum = participants.reduce(0) { $0 + $1.weight }
        var left = cash
        return participants.enumerated().map { number, participant in
            if number == participants.count - 1 { return left }
            let share = (try? cash.scaled(by: participant.weight / sum, rounding: .down)) ?? .zero
            let part = min(share, left)
            left -= part
            return part
        }
    }
}
