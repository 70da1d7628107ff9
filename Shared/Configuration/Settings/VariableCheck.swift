/// What is wrong with an environment variable that somebody means to give to a process.
package enum VariableFault: Equatable {
    /// There is no such variable.
    case unknown(String)
    /// Its value is refused.
    case value(String)
}

extension Schema {
    /// Looks at one variable as a process that gets it would; variables that are not ours are always fine.
    package func fault(ofVariable name: String, _ value: String) -> VariableFault? {
        guard name.hasPrefix("TRADEWIND_"), otherVariables[name] == nil else { return nil }
        guard let key = keys[name], let spec = spec(key) else {
            let known = keys.keys.sorted() + otherVariables.keys.sorted()
            let near = Spelling.nearest(to: name, among: known)
            return .unknown(
                "there is no variable \(name.quoted)" + (near.map { "; did you mean \($0)?" } ?? ""))
        }
        // Among processes an empty variable is left out.
        guard !value.isEmpty, spec.type.value(of: value) == nil else { return nil }
        return .value(spec.type.refusal(of: value, for: name))
    }
}

extension Settings {
    /// The value of a setting as its variable would say it; nothing if the name is no setting's.
    package func text(ofVariable name: String) -> String? {
        guard let key = schema.keys[name], let spec = schema.spec(key) else { return nil }
        return Settings.variableText(resolved(spec))
    }

    /// The variables that make another process see what this one's command line says.
    package var variablesOfCommandLine: [String: String] {
        var variables: [String: String] = [:]
        for spec in schema.settings + schema.secretFiles {
            if case .commandLine = origin(of: spec) {
                variables[spec.variable] = Settings.variableText(resolved(spec))
            }
        }
        return variables
    }

    private static func variableText(_ value: Value) -> String {
        switch value {
        case .text(let text): text
        case .list(let items): items.joined(separator: ",")
        default: value.canonicalText
        }
    }
}
