import Configuration

/// `tradewind completion`: what a shell needs to complete the command line.
enum CompletionCommand {
    static let spec = CommandSpec(
        "completion", summary: "print a script that completes this command in a shell",
        arguments: [
            .argument("SHELL", type: .choice(Completion.Shell.allCases.map(\.rawValue)), help: "bash or zsh")
        ],
        examples: [.init("source <(tradewind completion bash)", "complete in this shell")])

    static func run(_ parsed: Parsed, of command: CommandSpec) throws {
        let shell = Completion.Shell(rawValue: parsed.text("SHELL")) ?? .bash
        try Console.write(Completion.script(of: command, for: shell))
    }
}
