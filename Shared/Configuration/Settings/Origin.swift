/// Where a setting got its value.
public enum Origin: Hashable, Sendable, CustomStringConvertible {
    case standard
    case file(path: String, line: Int)
    case overlay(path: String, line: Int)
    case environment(variable: String)
    case commandLine(option: String)
    /// A file that holds a secret, and where that file was named.
    case secretFile(path: String, namedBy: String)

    public var description: String {
        switch self {
        case .standard: "default"
        case .file(let path, let line), .overlay(let path, let line): "\(path):\(line)"
        case .environment(let variable): variable
        case .commandLine(let option): option
        case .secretFile(let path, let place): "\(path), named by \(place)"
        }
    }
}

/// A setting given on the command line.
public struct SettingOverride: Hashable, Sendable {
    package var key: String
    /// Nothing when the `=` is missing.
    package var text: String?
    var origin: String

    init(key: String, text: String, origin: String) {
        self.key = key
        self.text = text
        self.origin = origin
    }

    /// The override that `--set key=value` asks for.
    public init(assignment: String) {
        let parts = assignment.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        key = parts[0].trimmed
        text = parts.count > 1 ? parts[1].trimmed : nil
        origin = "--set"
    }
}
