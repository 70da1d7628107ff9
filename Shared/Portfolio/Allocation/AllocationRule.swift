import Allocation
import Parameters

/// How the money of an account is spread over what the strategies want: a name, and values for its parameters.
public struct AllocationRule: Sendable, Equatable, CustomStringConvertible {
    /// Positions are opened and closed with their signals, and left alone between.
    enum Following: Sendable {
        case allIn, riskSized
    }

    /// What there is to know of a rule, without making it.
    public struct Listing: Sendable {
        public let name: String
        public let summary: String
        public let formula: String
        public let assumption: String
        public let parameters: [Parameter]
    }

    public let name: String
    public let arguments: Arguments
    let following: Following?
    /// What finds the weights, where the rule goes by weights.
    let method: (any AllocationMethod)?

    /// The rule of that name; what is not given has its default.
    public init(_ name: String, given: [(name: String, text: String)] = []) throws(ParameterError) {
        guard let listing = AllocationRule.listed.first(where: { $0.name == name }) else {
            let known = AllocationRule.listed.map(\.name)
            throw ParameterError(
                "there is no allocation \(name.prefix(60)); there are \(known.joined(separator: ", "))",
                unknown: name, known: known)
        }
        try self.init(name, Arguments(listing.parameters, given: given, of: "the allocation \(name)"))
    }

    private init(_ name: String, _ arguments: Arguments) throws(ParameterError) {
        self.name = name
        self.arguments = arguments
        following = AllocationRule.followers.first { $0.listing.name == name }?.following
        method = try AllocationRegistry.method(named: name)?.init(arguments)
    }

    /// The same rule with other values for some of its parameters.
    public func with(_ values: [(name: String, argument: Argument)]) throws(ParameterError) -> AllocationRule
    {
        var arguments = arguments
        for (name, argument) in values {
            if let place = arguments.names.firstIndex(of: name) { arguments.set(place, to: argument) }
        }
        return try AllocationRule(name, arguments)
    }

    /// `hrp linkage=ward history=252`
    public var description: String {
        arguments.names.isEmpty ? name : "\(name) \(arguments)"
    }

    public static func == (one: AllocationRule, other: AllocationRule) -> Bool {
        one.name == other.name && one.arguments == other.arguments
    }

    /// The answer of its method; a rule that follows signals has none.
    public func answer(_ question: AllocationQuestion) throws(AllocationFailure) -> AllocationAnswer {
        guard let method else { return AllocationAnswer(Array(repeating: 1, count: question.count)) }
        return try method.answer(question)
    }

    /// Shares as parts of the money that may be spent: all of it, or less where the rule leaves some.
    public func spread(_ shares: [Double], spending: Double = 1) -> [Double] {
        let sum = shares.reduce(0, +)
        guard sum > 0 else { return shares }
        // What may leave money unused never asks for more than there is.
        let scale = (method?.leavesMoney ?? false ? min(1, 1 / sum) : 1 / sum) * spending
        return shares.map { $0 * scale }
    }

    /// It goes by weights, and not by signals that begin and end.
    public var weighs: Bool { method != nil }

    /// What has to be known of the market for it.
    public var needs: AllocationNeeds {
        following == .riskSized ? AllocationNeeds(volatility: true) : method?.needs ?? AllocationNeeds()
    }
    public var usesVolatility: Bool { needs.volatility }
    /// Days of returns that it looks at; none where it looks at none.
    public var historyDays: Int { needs.days }
    var followsSignals: Bool { following != nil }

    // MARK: What there is

    private static let followers: [(listing: Listing, following: Following)] = [
        (
            Listing(
                name: "all-in",
                summary:
                    "a signal that begins takes the free money, shared with others of its moment, to its end",
                formula: "wᵢ = free money / signals that begin at this moment; nothing is rebalanced",
                assumption: "one signal at a time is the case that matters", parameters: []), .allIn
        ),
        (
            Listing(
                name: "risk-sized",
                summary:
                    "a signal that begins takes as much as loses the risk per trade at its stop, to its end",
                formula:
                    "wᵢ = risk per trade · price / distance of the stop (--risk-per-trade); nothing is rebalanced",
                assumption: "stops fill where they stand", parameters: []), .riskSized
        ),
    ]

    /// Every rule, in the order in which they are listed.
    public static var listed: [Listing] {
        let weighing = AllocationRegistry.methods.map {
            Listing(
                name: $0.name, summary: $0.summary, formula: $0.formula, assumption: $0.assumption,
                parameters: $0.parameters)
        }
        return [followers[0].listing] + weighing + [followers[1].listing]
    }

    public static let allIn = standard("all-in")
    public static let riskSized = standard("risk-sized")
    public static let equalWeight = standard(EqualWeight.name)
    public static let signalWeighted = standard(SignalWeighted.name)
    public static let inverseVolatility = standard(InverseVolatility.name)
    public static let volatilityTargeted = standard(VolatilityTargeted.name)

    private static func standard(_ name: String) -> AllocationRule {
        do {
            return try AllocationRule(name)
        } catch {
            preconditionFailure("a rule that is listed can be made with its defaults: \(error)")
        }
    }
}
