/// The value of a parameter.
public enum Argument: Hashable, Sendable, CustomStringConvertible {
    case integer(Int)
    case number(Double)
    case flag(Bool)
    case choice(String)
    case file(FileText?)

    public var description: String {
        switch self {
        case .integer(let value): "\(value)"
        case .number(let value):
            value == value.rounded() && value.magnitude < 1e15 ? "\(Int(value))" : "\(value)"
        case .flag(let value): "\(value)"
        case .choice(let word): word
        case .file(let file): file?.path ?? "none"
        }
    }
}

/// The text of a file that a strategy asked for.
public struct FileText: Hashable, Sendable {
    /// As it was given, for messages.
    public let path: String
    public let text: String

    public init(path: String, text: String) {
        self.path = path
        self.text = text
    }
}

/// A value for each parameter of a strategy or an allocator, in the order of their declaration.
public struct Arguments: Hashable, Sendable {
    public let names: [String]
    public private(set) var values: [Argument]

    /// The defaults, with what was given in their place: `("fast", "20")`.
    public init(
        _ parameters: [Parameter], given: [(name: String, text: String)] = [], of strategy: String,
        reading read: (String) throws(ParameterError) -> String = Parameter.readsNothing
    ) throws(ParameterError) {
        names = parameters.map(\.name)
        values = parameters.map(\.fallback)
        for (name, text) in given {
            guard let at = names.firstIndex(of: name) else {
                let list = names.isEmpty ? "it has none" : "it has \(names.joined(separator: ", "))"
                throw ParameterError(
                    "\(strategy) has no parameter \(name); \(list)", unknown: name, known: names)
            }
            values[at] = try parameters[at].argument(text, reading: read)
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
    public func choice(_ name: String) -> String {
        guard case .choice(let value) = self[name] else { mistyped(name) }
        return value
    }
    public func file(_ name: String) -> FileText? {
        guard case .file(let value) = self[name] else { mistyped(name) }
        return value
    }

    /// The files among the values, for whoever names a run by what it read.
    public var files: [FileText] {
        values.compactMap { if case .file(let file) = $0 { file } else { nil } }
    }

    /// Gives the parameter at a place another value, which has been checked against it.
    public mutating func set(_ place: Int, to argument: Argument) { values[place] = argument }

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
