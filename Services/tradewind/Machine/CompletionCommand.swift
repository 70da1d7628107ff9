import Configuration

/// `tradewind completion`: what a shell needs to complete the command line.
enum CompletionCommand {
    static let spec = CommandSpec(
        "completion", summary: "print a script that completes these commands in a shell",
        discussion: """
            The script is for tradewind and for every program beside it. Each knows its own options: \
            `tap --completion=bash` prints the part of tap.
            """,
        arguments: [
            .argument("SHELL", type: .choice(Completion.Shell.allCases.map(\.rawValue)), help: "bash or zsh")
        ],
        examples: [.init("source <(tradewind completion bash)", "complete in this shell")])

    static func run(_ parsed: Parsed, of command: CommandSpec) throws {
        let shell = Completion.Shell(rawValue: parsed.text("SHELL")) ?? .bash
        try Console.write(Completion.script(of: command, for: shell))
        for program in Programs.services + ["tap"] {
            guard let path = try? Programs.path(of: program) else { continue }
            let (code, script) = try Programs.run(path, ["--completion=\(shell.rawValue)"])
            guard code == 0 else { throw Failure("\(path) does not say how it is completed: \(script)") }
            try Console.write(script)
        }
    }
}
