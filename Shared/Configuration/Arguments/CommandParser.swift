extension CommandSpec {
    /// Understands the arguments after the executable's name. Options of a command hold for its subcommands.
    public func parse(_ arguments: [String]) throws(ParseEnd) -> Parsed {
        var parser = CommandParser(root: self)
        return try parser.parse(arguments[...])
    }
}

/// Walks once over the words of a command line.
private struct CommandParser {
    private var path: [CommandSpec]
    private var given: [String: [Value]] = [:]
    private var positionals: [String] = []

    init(root: CommandSpec) { path = [root] }

    private var command: CommandSpec { path[path.count - 1] }
    private var options: [OptionSpec] { path.flatMap(\.options) }
    private var title: String { path.map(\.name).joined(separator: " ") }

    mutating func parse(_ arguments: ArraySlice<String>) throws(ParseEnd) -> Parsed {
        var rest = arguments
        while let word = rest.popFirst() {
            if word == "--" {
                for word in rest { try takePositional(word) }
                rest = []
            } else if word.hasPrefix("--") {
                try takeLong(word, &rest)
            } else if isShortOption(word) {
                try takeShort(word, &rest)
            } else {
                try takePositional(word)
            }
        }
        takeFallback()
        if !command.subcommands.isEmpty { throw .incomplete(HelpText(path).text) }
        try assignPositionals()
        for option in options where option.isRequired && given[option.name] == nil {
            throw usage("--\(option.name) \(option.value) is required")
        }
        return Parsed(
            path: path.map(\.name), options: options, arguments: command.arguments, given: given)
    }

    /// A minus before a digit begins a number, unless an option is called so.
    private func isShortOption(_ word: String) -> Bool {
        guard word.hasPrefix("-"), let letter = word.dropFirst().first else { return false }
        return !letter.isNumber || options.contains { $0.short == letter }
    }

    private mutating func takeLong(_ word: String, _ rest: inout ArraySlice<String>) throws(ParseEnd) {
        let parts = word.dropFirst(2).split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        let name = String(parts[0])
        if command.fallback?.options.contains(where: { $0.name == name }) ?? false { takeFallback() }
        if let option = options.first(where: { $0.name == name }) {
            return try take(option, as: "--\(name)", inline: parts.count > 1 ? String(parts[1]) : nil, &rest)
        }
        try answer(name)
        if name == "completion", parts.count > 1, let shell = Completion.Shell(rawValue: String(parts[1])) {
            throw .help(Completion.script(of: path[0], for: shell))
        }
        let near = Spelling.nearest(to: name, among: options.map(\.name) + ["help", "version"])
        throw usage("unknown option \(shown("--" + name))", near.map { "--" + $0 })
    }

    private mutating func takeShort(_ word: String, _ rest: inout ArraySlice<String>) throws(ParseEnd) {
        if word.count == 2, let option = options.first(where: { $0.short == word.last }) {
            return try take(option, as: word, inline: nil, &rest)
        }
        if word == "-h" { try answer("help") }
        let near = Spelling.nearest(to: String(word.dropFirst()), among: options.map(\.name))
        throw usage("unknown option \(shown(word))", near.map { "--" + $0 })
    }

    /// Where no subcommand is named, the one that is meant then.
    private mutating func takeFallback() {
        if let fallback = command.fallback { path.append(fallback) }
    }

    private func answer(_ name: String) throws(ParseEnd) {
        if name == "help" { throw .help(HelpText(path).text) }
        if name == "version" { throw .version("\(path[0].name) \(tradewindVersion)\n") }
    }

    private mutating func take(
        _ option: OptionSpec, as spelled: String, inline: String?, _ rest: inout ArraySlice<String>
    ) throws(ParseEnd) {
        if option.isFlag {
            if inline != nil { throw usage("option \(spelled) takes no value") }
            given[option.name] = [.flag(true)]
            return
        }
        if !option.repeats, given[option.name] != nil { throw usage("option \(spelled) is given twice") }
        guard let text = inline ?? nextValue(&rest) else {
            throw usage("option \(spelled) needs a value: \(spelled) \(option.value)")
        }
        guard let value = option.type.value(of: text) else {
            throw usage(option.type.refusal(of: text, for: spelled))
        }
        given[option.name, default: []].append(value)
    }

    /// The next word, unless it is an option of the command: then the value was forgotten.
    private func nextValue(_ rest: inout ArraySlice<String>) -> String? {
        guard let word = rest.first, word != "--" else { return nil }
        let isOption = options.contains { option in
            word == "--" + option.name || word.hasPrefix("--" + option.name + "=")
                || option.short.map { word == "-\($0)" } ?? false
        }
        return isOption ? nil : rest.popFirst()
    }

    private mutating func takePositional(_ word: String) throws(ParseEnd) {
        guard command.subcommands.isEmpty else {
            if let next = command.subcommands.first(where: { $0.name == word }) {
                path.append(next)
                return
            }
            if word == "help" { throw .help(HelpText(path).text) }
            let near = Spelling.nearest(to: word, among: command.subcommands.map(\.name))
            throw usage("unknown command \(shown(word))", near)
        }
        positionals.append(word)
    }

    private mutating func assignPositionals() throws(ParseEnd) {
        var words = positionals[...]
        for argument in command.arguments {
            repeat {
                guard let word = words.popFirst() else { break }
                guard let value = argument.type.value(of: word) else {
                    throw usage(argument.type.refusal(of: word, for: argument.name))
                }
                given[argument.name, default: []].append(value)
            } while argument.repeats
            if argument.isRequired, given[argument.name] == nil {
                throw usage("\(title) needs \(argument.name): \(argument.help)")
            }
        }
        if let extra = words.first {
            throw usage(
                command.arguments.isEmpty
                    ? "\(title) takes no arguments, but was given \(extra.quoted)"
                    : "\(title) was given \(extra.quoted), one argument too many")
        }
    }

    /// A word of the user in a sentence: as it is when it is harmless, in quotes otherwise.
    private func shown(_ word: String) -> String {
        let quoted = word.quoted
        return quoted.dropFirst().dropLast() == word && !word.isEmpty ? word : quoted
    }

    private func usage(_ sentence: String, _ near: String? = nil) -> ParseEnd {
        let end = near.map { "; did you mean \($0)?" } ?? (sentence.hasSuffix("?") ? "" : ".")
        return .usage("\(sentence)\(end) See \(title) --help")
    }
}

/// The version that every executable answers to `--version`.
public let tradewindVersion = "0.1.0"
