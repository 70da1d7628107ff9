/// One load of the settings: goes through the sources from the weakest to the strongest, and collects every
/// mistake on the way, those in values that are overridden later included.
struct SettingsResolution {
    struct Given {
        var value: Value
        var origin: Origin
    }

    private let schema: Schema
    private let outside: Surroundings
    private(set) var problems: [SettingsProblem] = []
    private(set) var given: [String: Given] = [:]
    private(set) var files: [String] = []

    static let standardFile = "config/tradewind.yaml"

    init(_ schema: Schema, _ outside: Surroundings) {
        self.schema = schema
        self.outside = outside
    }

    mutating func resolve(file: String?, overrides: [SettingOverride]) {
        let variable = outside.environment["TRADEWIND_CONFIG"]
        let base = file ?? variable ?? SettingsResolution.standardFile
        let isNamed = file != nil || variable != nil
        takeFile(base, isOverlay: false, isRequired: isNamed ? "was named but does not exist" : nil)
        takeOverlay(of: base, overrides)
        takeEnvironment()
        for override in overrides { take(override) }
        takeSecretFiles()
    }

    // MARK: Files

    /// The overlay of the environment, which the variable and the command line decide before the file does.
    private mutating func takeOverlay(of base: String, _ overrides: [SettingOverride]) {
        guard let spec = schema.spec(environmentKey) else { return }
        let chosen =
            overrides.last { $0.key == environmentKey }?.text ?? outside.environment[spec.variable]
            ?? given[environmentKey]?.value.canonicalText ?? spec.fallback.canonicalText
        // A name that the type refuses is reported where it is written.
        guard spec.type.value(of: chosen) != nil else { return }
        guard !chosen.isEmpty, chosen.allSatisfy({ $0.isLetter || $0.isNumber || $0 == "-" || $0 == "_" })
        else {
            let sentence = "environment must be one word, such as paper, not \(chosen.quoted)"
            return problems.append(SettingsProblem(at: base, key: environmentKey, sentence))
        }
        let stem = base.hasSuffix(".yaml") ? String(base.dropLast(5)) : base
        let isStandard = .text(chosen) == spec.fallback
        takeFile(
            "\(stem).\(chosen).yaml", isOverlay: true,
            isRequired: isStandard
                ? nil : "does not exist, but the environment is \(chosen); create it, or choose another")
    }

    private let environmentKey = "environment"

    private mutating func takeFile(_ path: String, isOverlay: Bool, isRequired complaint: String?) {
        switch outside.readFile(path) {
        case .missing:
            if let complaint { problems.append(SettingsProblem(at: path, "the settings file \(complaint)")) }
        case .unreadable(let reason):
            problems.append(SettingsProblem(at: path, "the settings file cannot be read: \(reason)"))
        case .contents(let bytes, _):
            files.append(path)
            let before = problems.count
            defer {
                // Syntax is checked before meaning, but a person reads from top to bottom.
                problems[before...].sort { ($0.line ?? 0, $0.column ?? 0) < ($1.line ?? 0, $1.column ?? 0) }
            }
            let (root, faults) = YamlReader.read(bytes)
            for fault in faults { report(path, fault.mark, nil, fault.sentence) }
            guard let root else { return }
            var seen: [String: Int] = [:]
            switch root.content {
            case .mapping(let entries): take(entries, under: "", path, isOverlay, &seen)
            case .scalar("", isPlain: true), .refused: break
            case .scalar, .sequence:
                report(path, root.mark, nil, "a settings file is a mapping of keys to values")
            }
        }
    }

    private mutating func take(
        _ entries: [YamlEntry], under section: String, _ path: String, _ isOverlay: Bool,
        _ seen: inout [String: Int]
    ) {
        for entry in entries {
            let key = section.isEmpty ? entry.key : "\(section).\(entry.key)"
            if let line = seen.updateValue(entry.mark.line, forKey: key) {
                report(path, entry.mark, key, "\(key) is given twice, first in line \(line)")
                continue
            }
            if let spec = schema.spec(key) {
                take(entry, for: spec, path, isOverlay)
            } else if schema.isSection(key) {
                switch entry.value.content {
                case .mapping(let inner): take(inner, under: key, path, isOverlay, &seen)
                case .scalar("", isPlain: true), .refused: break
                case .scalar, .sequence:
                    report(
                        path, entry.value.mark, key,
                        "\(key) is a section: its settings stand below it, indented, each as key: value")
                }
            } else {
                report(path, entry.mark, key, unknown(key))
            }
        }
    }

    private mutating func take(_ entry: YamlEntry, for spec: SettingSpec, _ path: String, _ isOverlay: Bool) {
        let line = entry.mark.line
        let origin: Origin = isOverlay ? .overlay(path: path, line: line) : .file(path: path, line: line)
        let mark = entry.value.mark
        if spec.isSecret { return report(path, entry.mark, spec.key, misplacedSecret(spec)) }
        if isOverlay, spec.key == environmentKey {
            return report(
                path, entry.mark, spec.key, "the file of an environment cannot choose the environment")
        }
        switch entry.value.content {
        case .refused: break
        case .scalar("", isPlain: true), .scalar("~", isPlain: true), .scalar("null", isPlain: true):
            report(
                path, entry.mark, spec.key,
                "\(spec.key) has no value; give it \(spec.type.expectation), or remove the line")
        case .scalar(let text, _):
            guard let value = spec.type.value(of: text) else {
                return report(path, mark, spec.key, spec.type.refusal(of: text, for: spec.key))
            }
            given[spec.key] = Given(value: value, origin: origin)
        case .sequence(let nodes):
            guard spec.type.isList else {
                return report(
                    path, mark, spec.key, "\(spec.key) must be \(spec.type.expectation), not a list")
            }
            var items: [String] = []
            for node in nodes {
                if case .scalar(let text, _) = node.content {
                    items.append(text)
                } else {
                    report(path, node.mark, spec.key, "each item of \(spec.key) must be a text")
                }
            }
            guard spec.type.admits(.list(items)) else {
                let text = items.joined(separator: ",")
                return report(path, mark, spec.key, spec.type.refusal(of: text, for: spec.key))
            }
            given[spec.key] = Given(value: .list(items), origin: origin)
        case .mapping:
            report(path, mark, spec.key, "\(spec.key) must be \(spec.type.expectation), not a section")
        }
    }

    // MARK: Environment and command line

    private mutating func takeEnvironment() {
        for (variable, text) in outside.environment.sorted(by: { $0.key < $1.key })
        where variable.hasPrefix("TRADEWIND_") {
            if let key = schema.keys[variable], let spec = schema.spec(key) {
                take(text, for: spec, .environment(variable: variable))
            } else if schema.otherVariables[variable] == nil {
                let known = schema.keys.keys.sorted() + schema.otherVariables.keys.sorted()
                let near = Spelling.nearest(to: variable, among: known)
                problems.append(
                    SettingsProblem(
                        at: variable,
                        "there is no such variable" + (near.map { "; did you mean \($0)?" } ?? "")))
            }
        }
    }

    private mutating func take(_ override: SettingOverride) {
        guard let spec = schema.spec(override.key) else {
            return problems.append(
                SettingsProblem(at: override.origin, key: override.key, unknown(override.key)))
        }
        guard let text = override.text else {
            let sentence = "\(spec.key) has no value; write \(override.origin) \(spec.key)=VALUE"
            return problems.append(SettingsProblem(at: override.origin, key: spec.key, sentence))
        }
        guard !spec.isSecret else {
            // Every user of the machine can read the arguments of a process.
            let sentence = misplacedSecret(spec, in: "on a command line")
            return problems.append(SettingsProblem(at: override.origin, key: spec.key, sentence))
        }
        take(text, for: spec, .commandLine(option: override.origin))
    }

    private mutating func take(_ text: String, for spec: SettingSpec, _ origin: Origin) {
        guard let value = spec.type.value(of: text) else {
            let sentence = spec.type.refusal(of: text, for: spec.key)
            return problems.append(SettingsProblem(at: "\(origin)", key: spec.key, sentence))
        }
        given[spec.key] = Given(value: value, origin: origin)
    }

    // MARK: Secrets

    private mutating func takeSecretFiles() {
        for spec in schema.settings where spec.isSecret {
            guard let named = given[spec.fileKey], case .text(let path) = named.value, !path.isEmpty else {
                continue
            }
            if let direct = given[spec.key] {
                problems.append(
                    SettingsProblem(
                        at: "\(direct.origin)", key: spec.key,
                        "\(spec.key) is given here and in a file named by \(named.origin); keep one"))
                continue
            }
            if let secret = secret(in: path, for: spec, namedBy: "\(named.origin)") {
                given[spec.key] = Given(
                    value: .text(secret), origin: .secretFile(path: path, namedBy: "\(named.origin)"))
            }
        }
    }

    private mutating func secret(in path: String, for spec: SettingSpec, namedBy place: String) -> String? {
        func refuse(_ sentence: String) -> String? {
            problems.append(SettingsProblem(at: place, key: spec.key, sentence))
            return nil
        }
        switch outside.readFile(path) {
        case .missing: return refuse("the file \(path) for \(spec.key) does not exist")
        case .unreadable(let reason):
            return refuse("the file \(path) for \(spec.key) cannot be read: \(reason)")
        case .contents(let bytes, let mode):
            guard mode & 0o077 == 0 else {
                return refuse("others can read the file \(path) for \(spec.key); run: chmod 600 \(path)")
            }
            guard let text = String(validating: bytes, as: UTF8.self)?.trimmed, !text.isEmpty else {
                return refuse("the file \(path) for \(spec.key) holds no text")
            }
            return text
        }
    }

    private func misplacedSecret(_ spec: SettingSpec, in place: String = "in a settings file") -> String {
        "\(spec.key) is a secret and does not belong \(place); set \(spec.variable), "
            + "or name a file of mode 0600 with \(spec.fileKey)"
    }

    // MARK: Reports

    private func unknown(_ key: String) -> String {
        let near = schema.nearest(to: key)
        return "there is no setting \(key.quoted)" + (near.map { "; did you mean \($0)?" } ?? "")
    }

    private mutating func report(_ path: String, _ mark: YamlMark, _ key: String?, _ sentence: String) {
        problems.append(SettingsProblem(at: path, line: mark.line, column: mark.column, key: key, sentence))
    }
}
