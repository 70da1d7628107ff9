import Configuration

/// What `${NAME}` in a compose file stands for among processes: for the variable of a setting what the settings say,
/// for any other what the environment says.
public func composeVariables(_ settings: Settings, _ environment: [String: String]) -> (String) -> String? {
    { name in
        // The file that was read here is the one that services read.
        if name == "TRADEWIND_CONFIG" { return settings.files.first ?? "" }
        return settings.text(ofVariable: name) ?? environment[name]
    }
}

extension ComposeFile {
    /// Reads the compose file of a path as processes understand it.
    public static func load(
        _ path: String, _ settings: Settings, from outside: Surroundings = .process
    ) throws -> ComposeFile {
        switch outside.readFile(path) {
        case .missing:
            throw Failure(
                "there is no compose file \(path); name one with --file, or go to the folder that has it")
        case .unreadable(let reason): throw Failure("the compose file \(path) cannot be read: \(reason)")
        case .contents(let bytes, _):
            return try ComposeReader.read(
                bytes, path: path, schema: settings.schema,
                variables: composeVariables(settings, outside.environment))
        }
    }
}
