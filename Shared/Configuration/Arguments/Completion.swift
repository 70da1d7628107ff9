/// Shell completion of a command, made from the same declarations as its help.
public enum Completion {
    public enum Shell: String, CaseIterable, Sendable { case bash, zsh }

    /// A script that the shell reads: `source <(tradewind completion bash)`.
    public static func script(of command: CommandSpec, for shell: Shell) -> String {
        let function = "_" + command.name.replacing("-", with: "_")
        var cases = ""
        add(command, path: "", inherited: [], to: &cases)
        let body = """
            \(function)() {
                local current path word
                current=${COMP_WORDS[COMP_CWORD]}
                path=
                local at
                for ((at = 1; at < COMP_CWORD; at++)); do
                    word=${COMP_WORDS[at]}
                    case "$path/$word" in
            \(paths(command))
                    esac
                done
                case "$path" in
            \(cases)    esac
            }

            """
        switch shell {
        case .bash: return body + "complete -o default -F \(function) \(command.name)\n"
        case .zsh:
            return "autoload -U +X bashcompinit && bashcompinit\n" + body
                + "complete -o default -F \(function) \(command.name)\n"
        }
    }

    /// The words that lead from one command to the next.
    private static func paths(_ command: CommandSpec) -> String {
        let all = subpaths(command, "")
        guard !all.isEmpty else { return "                        *) ;;" }
        return "                        \(all.joined(separator: "|"))) path=\"$path/$word\" ;;"
    }

    private static func subpaths(_ command: CommandSpec, _ path: String) -> [String] {
        command.subcommands.flatMap { sub in
            ["\(path)/\(sub.name)"] + subpaths(sub, "\(path)/\(sub.name)")
        }
    }

    private static func add(
        _ command: CommandSpec, path: String, inherited: [OptionSpec], to cases: inout String
    ) {
        let options = command.options + inherited
        var words = command.subcommands.map(\.name) + options.map { "--\($0.name)" } + ["--help"]
        for argument in command.arguments {
            if case .choice(let choices) = argument.type { words = choices + words }
        }
        cases += "                    \"\(path)\")\n"
        for option in options {
            guard case .choice(let choices) = option.type else { continue }
            cases +=
                "                        if [[ ${COMP_WORDS[COMP_CWORD-1]} == --\(option.name) ]]; then\n"
            cases +=
                "                            COMPREPLY=($(compgen -W \"\(choices.joined(separator: " "))\" -- \"$current\"))\n"
            cases += "                            return\n                        fi\n"
        }
        cases +=
            "                        COMPREPLY=($(compgen -W \"\(words.joined(separator: " "))\" -- \"$current\")) ;;\n"
        for sub in command.subcommands {
            add(sub, path: "\(path)/\(sub.name)", inherited: options, to: &cases)
        }
    }
}

extension String {
    fileprivate func replacing(_ old: Character, with new: Character) -> String {
        String(map { $0 == old ? new : $0 })
    }
}
