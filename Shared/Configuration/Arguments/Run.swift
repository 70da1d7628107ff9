import Glibc

/// Ends of the process with a sentence on standard error, the same for every executable.
public enum Exit {
    /// Ends with exit code 1: the command was understood and did not succeed.
    public static func failure(_ sentence: String, by name: String) -> Never {
        Console.error("\(name): \(sentence)\n")
        exit(1)
    }

    /// Ends with exit code 2: the command line is wrong.
    public static func usage(_ sentence: String, by name: String) -> Never {
        Console.error("\(name): \(sentence)\n")
        exit(2)
    }
}

/// Parses the process's arguments, runs the body, and ends the process: 0 when all is well, 1 when the body
/// throws, 2 when the command line is wrong.
public func run(_ command: CommandSpec, _ body: (Parsed) throws -> Void) -> Never {
    // A file that may not grow is an error that is told, and not the end of the process.
    signal(SIGXFSZ, SIG_IGN)
    let parsed: Parsed
    do {
        parsed = try command.parse(Array(CommandLine.arguments.dropFirst()))
    } catch {
        switch error {
        case .help(let text), .version(let text):
            exit(Console.out(text) ? 0 : 1)
        case .incomplete(let text):
            Console.error(text)
            exit(2)
        case .usage(let sentence):
            Exit.usage(sentence, by: command.name)
        }
    }
    do {
        try body(parsed)
    } catch let failure as Failure {
        if !failure.description.isEmpty { Console.error("\(command.name): \(failure)\n") }
        exit(failure.exitCode)
    } catch {
        Exit.failure("\(error)", by: command.name)
    }
    exit(0)
}
