import Domain
import Rules

/// Rules without code: when to enter and leave, how large and with which stops, as expressions. A sheet is read once;
/// the values of its parameters are put in when a strategy is made of it.
public struct RuleSheet: Blueprint {
    /// What is said of one side, long or short.
    public struct Side: Sendable, Equatable {
        public var enter: Expression?
        public var exit: Expression?
        /// The strength of the signal, above 0 to 1.
        public var size: Expression?
        /// Prices: the stop and the target as they are at the entry, and a stop that follows.
        public var stop: Expression?
        public var trail: Expression?
        public var target: Expression?

        public init() {}
    }

    public let name: String
    public let summary: String
    public let parameters: [Parameter]
    /// Parts of rules that have a name, in the order in which they may use each other.
    public let definitions: [(name: String, expression: Expression)]
    public let long: Side
    public let short: Side
    private var isIntraday: Bool

    /// Compiles once with the defaults, so that what is wrong is known at once.
    public init(
        name: String, summary: String, parameters: [Parameter],
        definitions: [(name: String, expression: Expression)], long: Side, short: Side
    ) throws(RuleSheetError) {
        self.name = name
        self.summary = summary
        self.parameters = parameters
        self.definitions = definitions
        self.long = long
        self.short = short
        isIntraday = false
        isIntraday = try CompiledRules(self, constants(parameters.map(\.fallback))).program.looksAtSessions
    }

    public func make(_ arguments: Arguments, symbols: [Symbol]) throws(ParameterError) -> RuleStrategy {
        do throws(RuleSheetError) {
            return RuleStrategy(try CompiledRules(self, constants(arguments.values)), symbols: symbols)
        } catch {
            throw ParameterError("\(name), \(error.part): \(error.rule)")
        }
    }

    private func constants(_ values: [Argument]) -> [String: Constant] {
        var constants: [String: Constant] = [:]
        for (parameter, value) in zip(parameters, values) {
            switch value {
            case .integer(let integer): constants[parameter.name] = .number(Double(integer))
            case .number(let number): constants[parameter.name] = .number(number)
            case .flag(let flag): constants[parameter.name] = .truth(flag)
            case .choice, .file: break
            }
        }
        return constants
    }

    /// Whoever looks at the clock wants bars of minutes.
    public var example: StrategyExample { StrategyExample(isIntraday: isIntraday) }

    /// The rules in words: a line each.
    public var words: [String] {
        var words = definitions.map { "\($0.name) = \($0.expression)" }
        for (side, prefix) in [(long, ""), (short, "short ")] {
            let parts = [
                ("enter", side.enter), ("exit", side.exit), ("size", side.size), ("stop", side.stop),
                ("trail", side.trail), ("target", side.target),
            ]
            for (key, expression) in parts {
                if let expression { words.append("\(prefix)\(key): \(expression)") }
            }
        }
        return words
    }
}

/// A part of a sheet that cannot be compiled.
public struct RuleSheetError: Error, Hashable, CustomStringConvertible {
    /// `enter`, `short.stop`, `let.trend`.
    public let part: String
    public let rule: RuleError

    init(_ part: String, _ rule: RuleError) {
        self.part = part
        self.rule = rule
    }

    public var description: String { "\(part): \(rule)" }
}
