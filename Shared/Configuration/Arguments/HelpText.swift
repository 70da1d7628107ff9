/// The help of one command: how it is called, what it does, its options, and examples to paste.
struct HelpText {
    private let path: [CommandSpec]
    private let width = 100

    init(_ path: [CommandSpec]) { self.path = path }

    private var command: CommandSpec { path[path.count - 1] }
    private var title: String { path.map(\.name).joined(separator: " ") }

    var text: String {
        var text = "\(title): \(command.summary)\n\nUsage: \(usage)\n"
        if !command.discussion.isEmpty {
            for paragraph in command.discussion.split(separator: "\n", omittingEmptySubsequences: false) {
                text += "\n" + HelpText.wrapped(String(paragraph), to: width).joined(separator: "\n")
            }
            text += "\n"
        }
        text += block("Commands", command.subcommands.map { ($0.name, $0.summary) })
        text += block("Arguments", command.arguments.map { ($0.name, described($0)) })
        for group in groups {
            let members = path.reversed().flatMap(\.options).filter { $0.group == group }
            text += block(
                group, members.map { (label($0), described($0)) } + (group == "Options" ? answers : []))
        }
        if !command.examples.isEmpty {
            text += "\nExamples:\n"
            for example in command.examples { text += "  # \(example.meaning)\n  \(example.line)\n" }
        }
        if let fallback = command.fallback { text += "\nWithout COMMAND, \(fallback.name) is meant.\n" }
        if !command.subcommands.isEmpty { text += "\nSee \(title) COMMAND --help for one command.\n" }
        return text
    }

    private let answers = [("-h, --help", "Show this help."), ("    --version", "Show the version.")]

    /// In the order of declaration, the command's own before those of its parents; plain options first.
    private var groups: [String] {
        var groups = ["Options"]
        for option in path.reversed().flatMap(\.options) where !groups.contains(option.group) {
            groups.append(option.group)
        }
        return groups
    }

    private var usage: String {
        var words = [title]
        let required = path.flatMap(\.options).filter(\.isRequired)
        words += required.map { "--\($0.name) \($0.value)" }
        words.append("[OPTIONS]")
        if !command.subcommands.isEmpty { words.append(command.fallback == nil ? "COMMAND" : "[COMMAND]") }
        words += command.arguments.map { argument in
            let name = argument.name + (argument.repeats ? "…" : "")
            return argument.isRequired ? name : "[\(name)]"
        }
        return words.joined(separator: " ")
    }

    private func label(_ option: OptionSpec) -> String {
        let short = option.short.map { "-\($0), " } ?? "    "
        return short + "--\(option.name)" + (option.isFlag ? "" : " \(option.value)")
    }

    private func described(_ option: OptionSpec) -> String {
        var notes: [String] = []
        if !option.isFlag {
            if let note = bounds(of: option.type) { notes.append(note) }
            if option.repeats { notes.append("may be repeated") }
            if let fallback = option.fallback { notes.append("default \(fallback.canonicalText)") }
        }
        return HelpText.sentence(option.help, notes)
    }

    private func described(_ argument: ArgumentSpec) -> String {
        var notes: [String] = []
        if let note = bounds(of: argument.type) { notes.append(note) }
        if let fallback = argument.fallback { notes.append("default \(fallback.canonicalText)") }
        return HelpText.sentence(argument.help, notes)
    }

    private func bounds(of type: ValueType) -> String? {
        switch type {
        case .text, .path, .flag, .list, .names: nil
        default: type.expectation
        }
    }

    private static func sentence(_ help: String, _ notes: [String]) -> String {
        notes.isEmpty ? help : "\(help) (\(notes.joined(separator: "; ")))"
    }

    private func block(_ heading: String, _ rows: [(String, String)]) -> String {
        guard !rows.isEmpty else { return "" }
        let column = min(rows.map(\.0.count).max() ?? 0, 32)
        let indent = String(repeating: " ", count: column + 4)
        var text = "\n\(heading):\n"
        for (label, help) in rows {
            let lines = HelpText.wrapped(help, to: max(40, width - column - 4))
            let first = lines.first ?? ""
            text +=
                label.count > column
                ? "  \(label)\n\(indent)\(first)\n"
                : "  \(label)\(String(repeating: " ", count: column - label.count + 2))\(first)\n"
            for line in lines.dropFirst() { text += indent + line + "\n" }
        }
        return text
    }

    static func wrapped(_ paragraph: String, to width: Int) -> [String] {
        var lines: [String] = []
        var line = ""
        for word in paragraph.split(separator: " ") {
            if !line.isEmpty, line.count + 1 + word.count > width {
                lines.append(line)
                line = ""
            }
            line += (line.isEmpty ? "" : " ") + word
        }
        return lines + [line]
    }
}
