/// What a command is called, takes and does, as data: parsing, help, error messages and completions are made
/// from it.
public struct CommandSpec: Sendable {
    public var name: String
    /// One line, shown in the list of the parent's commands.
    public var summary: String
    /// Paragraphs that teach, shown in the command's own help.
    public var discussion: String
    public var options: [OptionSpec]
    public var arguments: [ArgumentSpec]
    public var subcommands: [CommandSpec]
    /// The subcommand that is meant where none is named.
    public var fallback: CommandSpec? { subcommands.first { $0.name == fallbackName } }
    private let fallbackName: String?
    public var examples: [Example]

    public init(
        _ name: String, summary: String, discussion: String = "", options: [OptionSpec] = [],
        arguments: [ArgumentSpec] = [], subcommands: [CommandSpec] = [], fallback: String? = nil,
        examples: [Example] = []
    ) {
        precondition(
            arguments.isEmpty || subcommands.isEmpty, "\(name) takes either arguments or subcommands")
        precondition(
            arguments.dropLast().allSatisfy { !$0.repeats }, "only the last argument of \(name) may repeat")
        let names = options.map(\.name) + arguments.map(\.name)
        precondition(Set(names).count == names.count, "\(name) declares an option or argument twice")
        precondition(
            fallback.map { name in subcommands.contains { $0.name == name && $0.arguments.isEmpty } } ?? true,
            "what \(name) does by itself is a subcommand that needs no arguments")
        precondition(
            !names.contains("help") && !names.contains("version"), "\(name): --help and --version are there")
        for option in subcommands.flatMap(\.options) {
            precondition(
                !names.contains(option.name), "\(name) and a subcommand both declare --\(option.name)")
        }
        self.name = name
        self.summary = summary
        self.discussion = discussion
        self.options = options
        self.arguments = arguments
        self.subcommands = subcommands
        fallbackName = fallback
        self.examples = examples
    }

    /// A command line that can be pasted, and what it does.
    public struct Example: Sendable {
        public var line: String
        public var meaning: String

        public init(_ line: String, _ meaning: String) {
            self.line = line
            self.meaning = meaning
        }
    }
}

/// A named option of a command: `--state FOLDER`, or a flag: `--verify`.
public struct OptionSpec: Sendable {
    public var name: String
    public var short: Character?
    /// What the value is called in help, `FOLDER`; empty for a flag.
    public var value: String
    public var type: ValueType
    public var fallback: Value?
    public var isRequired: Bool
    public var repeats: Bool
    public var help: String
    /// The heading under which help shows the option.
    public var group: String
    /// Words that a shell may offer for the value, where others are good too.
    public var offers: [String] = []

    public var isFlag: Bool { type == .flag }

    /// An option with a value.
    public static func option(
        _ name: String, short: Character? = nil, value: String, type: ValueType = .text,
        default fallback: Value? = nil, required: Bool = false, repeats: Bool = false,
        offers: [String] = [], help: String, group: String = "Options"
    ) -> OptionSpec {
        precondition(type != .flag, "--\(name): declare a flag with .flag")
        precondition(fallback.map(type.admits) ?? true, "--\(name): the default is not of the type")
        return OptionSpec(
            name: name, short: short, value: value, type: type, fallback: fallback, isRequired: required,
            repeats: repeats, help: help, group: group, offers: offers)
    }

    /// An option that is either there or not.
    public static func flag(
        _ name: String, short: Character? = nil, help: String, group: String = "Options"
    ) -> OptionSpec {
        OptionSpec(
            name: name, short: short, value: "", type: .flag, fallback: .flag(false), isRequired: false,
            repeats: true, help: help, group: group)
    }
}

/// A positional argument of a command: `DAY`, `[FILE…]`.
public struct ArgumentSpec: Sendable {
    public var name: String
    public var type: ValueType
    public var fallback: Value?
    public var isRequired: Bool
    public var repeats: Bool
    public var help: String

    /// An argument; one with a default is not required.
    public static func argument(
        _ name: String, type: ValueType = .text, default fallback: Value? = nil, required: Bool = true,
        repeats: Bool = false, help: String
    ) -> ArgumentSpec {
        precondition(fallback.map(type.admits) ?? true, "\(name): the default is not of the type")
        return ArgumentSpec(
            name: name, type: type, fallback: fallback, isRequired: required && fallback == nil,
            repeats: repeats, help: help)
    }
}
