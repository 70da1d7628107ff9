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
                local current previous verb word joined at
                current=${COMP_WORDS[COMP_CWORD]}
                previous=${COMP_WORDS[COMP_CWORD-1]}
                # Not `path`: in zsh that is the PATH.
                verb= joined=
                # --form=line: three words in bash, one in zsh. What follows another = is no word of ours.
                if [[ $current == --*=* ]]; then
                    joined="${current%%=*}=" previous=${current%%=*} current=${current#*=}
                elif [[ $current == = ]]; then
                    current=
                elif [[ $previous == = ]]; then
                    previous=${COMP_WORDS[COMP_CWORD-2]}
                    [[ $previous == --* ]] || return 0
                fi
                for ((at = 1; at < COMP_CWORD; at++)); do
                    word=${COMP_WORDS[at]}
                    case "$verb/$word" in
            \(paths(command))
                    esac
                done
                case "$verb" in
            \(cases)    esac
            }

            """
        let registration = "complete -o default -F \(function) \(command.name)\n"
        switch shell {
        case .bash: return body + registration
        case .zsh:
            return """
                (( $+functions[compdef] )) || { autoload -Uz compinit && compinit -D; }
                autoload -Uz bashcompinit && bashcompinit
                \(body)\(registration)
                """
        }
    }

    /// The words that lead from one command to the next.
    private static func paths(_ command: CommandSpec) -> String {
        let all = subpaths(command, "")
        guard !all.isEmpty else { return "                        *) ;;" }
        return "                        \(all.joined(separator: "|"))) verb=\"$verb/$word\" ;;"
    }

    private static func subpaths(_ command: CommandSpec, _ path: String) -> [String] {
        command.subcommands.flatMap { sub in
            ["\(path)/\(sub.name)"] + subpaths(sub, "\(path)/\(sub.name)")
        }
    }

    /// Completes one of some words.
    private static func reply(_ words: [String]) -> String {
        "COMPREPLY=($(compgen -P \"$joined\" -W \"\(words.joined(separator: " "))\" -- \"$current\"))"
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
        // What is typed for any other value completes as a file's name, where it is one.
        let others = options.filter { !$0.isFlag && $0.choices.isEmpty }.map { "--\($0.name)" }
        cases += "                        case \"$previous\" in\n"
        for option in options where !option.choices.isEmpty {
            cases += "                            --\(option.name)) \(reply(option.choices)); return ;;\n"
        }
        if !others.isEmpty {
            cases += "                            \(others.joined(separator: "|"))) COMPREPLY=(); return ;;\n"
        }
        cases += "                        esac\n"
        cases += "                        \(reply(words)) ;;\n"
        for sub in command.subcommands {
            add(sub, path: "\(path)/\(sub.name)", inherited: options, to: &cases)
        }
    }
}

extension OptionSpec {
    /// The values that it takes, if they are a few words, or those that it offers.
    fileprivate var choices: [String] {
        if case .choice(let choices) = type { choices } else { offers }
    }
}

extension String {
    fileprivate func replacing(_ old: Character, with new: Character) -> String {
        String(map { $0 == old ? new : $0 })
    }
}
