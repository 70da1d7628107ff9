/// The value of a parameter.
public enum Argument: Hashable, Sendable, CustomStringConvertible {
    case integer(Int)
    case number(Double)
    case flag(Bool)

    public var description: String {
        switch self {
        case .integer(let value): "\(value)"
        case .number(let value):
            value == value.rounded() && value.magnitude < 1e15 ? "\(Int(value))" : "\(value)"
        case .flag(let value): "\(value)"
        }
    }
}

/// A value for each parameter of a strategy, in the order of their declaration.
public struct Arguments: Hashable, Sendable {
    public let names: [String]
    public private(set) var values: [Argument]

    /// The defaults, with what was given in their place: `("fast", "20")`.
    public init(
        _ parameters: [Parameter], given: [(name: String, text: String)] = [], of strategy: String
    ) throws(ParameterError) {
        names = parameters.map(\.name)
        values = parameters.map(\.fallback)
        for (name, text) in given {
            guard let at = names.firstIndex(of: name) else {
                let list = names.isEmpty ? "it has none" : "it has \(names.joined(separator: ", "))"
                throw ParameterError(
                    "\(strategy) has no parameter \(name); \(list)", unknown: name, known: names)
            }
            values[at] = try parameters[at].argument(text)
        }
    }

    public func integer(_ name: String) -> Int {
        guard case .integer(let value) = self[name] else { mistyped(name) }
        return value
    }
    public func number(_ name: String) -> Double {
        guard case .number(let value) = self[name] else { mistyped(name) }
        return value
    }
    public func flag(_ name: String) -> Bool {
        guard case .flag(let value) = self[name] else { mistyped(name) }
        return value
    }

    /// The same with one value changed, which must be of the parameter's kind and range.
    public func setting(_ parameter: Parameter, to text: String) throws(ParameterError) -> Arguments {
        guard let at = names.firstIndex(of: parameter.name) else {
            throw ParameterError("there is no parameter \(parameter.name)")
        }
        var changed = self
        changed.values[at] = try parameter.argument(text)
        return changed
    }

    private subscript(name: String) -> Argument {
        guard let at = names.firstIndex(of: name) else { mistyped(name) }
        return values[at]
    }

    private func mistyped(_ name: String) -> Never {
        preconditionFailure("the parameter \(name) is declared otherwise than it is read")
    }
}

extension Arguments: CustomStringConvertible {
    public var description: String { zip(names, values).map { "\($0)=\($1)" }.joined(separator: " ") }
}
