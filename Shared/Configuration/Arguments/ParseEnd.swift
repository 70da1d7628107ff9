/// Why parsing a command line ended without a command to run.
public enum ParseEnd: Error, Equatable {
    /// `--help`: the text belongs on standard output, and all is well.
    case help(String)
    /// `--version`.
    case version(String)
    /// A command that needs a subcommand was given none: the help, as a usage error.
    case incomplete(String)
    /// A mistake, as one sentence that names what would be right.
    case usage(String)
}

/// Something that went wrong while a command ran, as a sentence for the person who ran it.
public struct Failure: Error, CustomStringConvertible {
    public var description: String
    public var exitCode: Int32

    /// An empty sentence ends the process with the exit code and prints nothing: the command has said it.
    public init(_ sentence: String, exitCode: Int32 = 1) {
        description = sentence
        self.exitCode = exitCode
    }
}
