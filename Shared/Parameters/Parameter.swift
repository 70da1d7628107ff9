/// Something about a strategy or an allocator that can be set: what it is called, which values it takes, and what it means.
public struct Parameter: Sendable {
    public enum Kind: Hashable, Sendable {
        case integer(ClosedRange<Int>, default: Int)
        case number(ClosedRange<Double>, default: Double)
        case flag(default: Bool)
        /// One of some words.
        case choice([String], default: String)
        /// A file that whoever runs the strategy reads for it; without one, nothing is read.
        case file
    }

    public let name: String
    public let kind: Kind
    public let meaning: String

    public init(_ name: String, _ kind: Kind, _ meaning: String) {
        self.name = name
        self.kind = kind
        self.meaning = meaning
    }

    public static func integer(
        _ name: String, _ range: ClosedRange<Int>, default fallback: Int, _ meaning: String
    ) -> Parameter {
        Parameter(name, .integer(range, default: fallback), meaning)
    }

    public static func number(
        _ name: String, _ range: ClosedRange<Double>, default fallback: Double, _ meaning: String
    ) -> Parameter {
        Parameter(name, .number(range, default: fallback), meaning)
    }

    public static func flag(_ name: String, default fallback: Bool, _ meaning: String) -> Parameter {
        Parameter(name, .flag(default: fallback), meaning)
    }

    public static func choice(
        _ name: String, _ words: [String], default fallback: String, _ meaning: String
    ) -> Parameter {
        Parameter(name, .choice(words, default: fallback), meaning)
    }

    public static func file(_ name: String, _ meaning: String) -> Parameter {
        Parameter(name, .file, meaning)
    }

    public var fallback: Argument {
        switch kind {
        case .integer(_, let value): .integer(value)
        case .number(_, let value): .number(value)
        case .flag(let value): .flag(value)
        case .choice(_, let value): .choice(value)
        case .file: .file(nil)
        }
    }

    /// What would be right: "a whole number from 1 to 5000".
    public var expectation: String {
        switch kind {
        case .integer(let range, _): "a whole number from \(range.lowerBound) to \(range.upperBound)"
        case .number(let range, _):
            "a number from \(Argument.number(range.lowerBound)) to \(Argument.number(range.upperBound))"
        case .flag: "true or false"
        case .choice(let words, _): "one of \(words.joined(separator: ", "))"
        case .file: "a file, or none"
        }
    }

    /// The value that a text stands for. `read` gives the text of a file.
    public func argument(
        _ text: String, reading read: (String) throws(ParameterError) -> String = Parameter.readsNothing
    ) throws(ParameterError) -> Argument {
        switch kind {
        case .integer(let range, _):
            if let value = Int(text), range.contains(value) { return .integer(value) }
        case .number(let range, _):
            if let value = Double(text), range.contains(value) { return .number(value) }
        case .flag:
            if text == "true" || text == "yes" || text == "on" { return .flag(true) }
            if text == "false" || text == "no" || text == "off" { return .flag(false) }
        case .choice(let words, _):
            if words.contains(text) { return .choice(text) }
            throw ParameterError(
                "\(name) must be \(expectation), not \"\(text.prefix(60))\"", unknown: text,
                known: words)
        case .file:
            if text == "none" { return .file(nil) }
            return .file(FileText(path: text, text: try read(text)))
        }
        throw ParameterError("\(name) must be \(expectation), not \"\(text.prefix(60))\"")
    }
}

extension Parameter {
    /// Strategies know no files: who has some says how they are read.
    public static func readsNothing(_ path: String) throws(ParameterError) -> String {
        throw ParameterError("\(path.prefix(100)) cannot be read here: no files are known")
    }
}

/// A setting of a strategy that cannot be: one sentence that says what would be right.
public struct ParameterError: Error, Hashable, CustomStringConvertible {
    public let description: String
    /// The word that was not known, and those that are: for a caller who can guess what was meant.
    public let unknown: String?
    public let known: [String]

    public init(_ description: String, unknown: String? = nil, known: [String] = []) {
        self.description = description
        self.unknown = unknown
        self.known = known
    }
}
