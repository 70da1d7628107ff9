/// The settings of a process: every declared setting with a checked value, and where it came from.
public struct Settings: Sendable {
    public let schema: Schema
    /// The settings files that were read, the strongest last.
    public let files: [String]
    private let given: [String: SettingsResolution.Given]
    private let prefix: String

    /// Loads settings from the file, the overlay of the environment, variables and the command line, each
    /// stronger than the one before. Throws with every mistake that was found.
    public static func load(
        _ schema: Schema = .tradewind, from outside: Surroundings = .process, file: String? = nil,
        overrides: [SettingOverride] = []
    ) throws(SettingsError) -> Settings {
        var resolution = SettingsResolution(schema, outside)
        resolution.resolve(file: file, overrides: overrides)
        guard resolution.problems.isEmpty else { throw SettingsError(problems: resolution.problems) }
        return Settings(schema: schema, files: resolution.files, given: resolution.given, prefix: "")
    }

    /// Loads settings as the common options of a command line say.
    public static func load(
        _ schema: Schema = .tradewind, from outside: Surroundings = .process, for parsed: Parsed
    ) throws(SettingsError) -> Settings {
        try load(
            schema, from: outside, file: parsed.text(ifGiven: "config"), overrides: parsed.settingOverrides)
    }

    /// The same settings read with shorter keys: `settings.section("mesh").integer("window_steps")`.
    public func section(_ name: String) -> Settings {
        Settings(schema: schema, files: files, given: given, prefix: prefix + name + ".")
    }

    public func text(_ key: String) -> String {
        guard case .text(let text) = value(key) else { mistyped(key) }
        return text
    }

    public func path(_ key: String) -> String { text(key) }

    public func integer(_ key: String) -> Int {
        guard case .integer(let integer) = value(key) else { mistyped(key) }
        return integer
    }

    public func number(_ key: String) -> Double {
        guard case .number(let number) = value(key) else { mistyped(key) }
        return number
    }

    public func flag(_ key: String) -> Bool {
        guard case .flag(let flag) = value(key) else { mistyped(key) }
        return flag
    }

    /// In nanoseconds.
    public func duration(_ key: String) -> Int64 {
        guard case .duration(let duration) = value(key) else { mistyped(key) }
        return duration.wholeNanoseconds
    }

    /// In bytes.
    public func size(_ key: String) -> Int {
        guard case .size(let bytes) = value(key) else { mistyped(key) }
        return bytes
    }

    public func list(_ key: String) -> [String] {
        guard case .list(let items) = value(key) else { mistyped(key) }
        return items
    }

    /// A secret, or nothing if it was not given.
    public func secret(_ key: String) -> String? {
        let text = text(key)
        return text.isEmpty ? nil : text
    }

    /// Where the value of a setting came from.
    public func origin(_ key: String) -> Origin {
        given[spec(key).key]?.origin ?? .standard
    }

    /// The value of a setting; a key that the schema does not declare is a mistake of the program.
    public func value(_ key: String) -> Value {
        let spec = spec(key)
        return given[spec.key]?.value ?? spec.fallback
    }

    private func spec(_ key: String) -> SettingSpec {
        guard let spec = schema.spec(prefix + key) else {
            preconditionFailure("the schema declares no setting \(prefix + key)")
        }
        return spec
    }

    private func mistyped(_ key: String) -> Never {
        preconditionFailure("\(prefix + key) is declared with another type than it is read with")
    }
}

extension Settings {
    /// Sorted lines `key = value` of every setting but secrets: the same settings give the same text,
    /// whatever their origins.
    public var canonicalText: String {
        schema.settings.filter { !$0.isSecret }.sorted { $0.key < $1.key }
            .map { "\($0.key) = \(resolved($0).canonicalText)\n" }.joined()
    }

    /// Settings as `canonicalText` told them. What was then as the schema has it counts as not given.
    public static func load(
        _ schema: Schema = .tradewind, recorded text: String
    ) throws(SettingsError) -> Settings {
        var overrides: [SettingOverride] = []
        for line in text.split(separator: "\n") {
            var override = SettingOverride(assignment: String(line))
            // A setting that is gone has no say any more.
            guard let spec = schema.spec(override.key), spec.fallback.canonicalText != override.text,
                // What its overlay said stands in the other lines.
                override.key != "environment"
            else { continue }
            if let text = override.text { override.text = plain(text) }
            overrides.append(override)
        }
        return try load(schema, from: Surroundings(files: [:]), overrides: overrides)
    }

    /// A value as a person would give it: canonical texts write lists, and texts that look like something else, as JSON.
    private static func plain(_ text: String) -> String {
        switch try? JSONValue(text) {
        case .array(let items): items.compactMap(\.text).joined(separator: ",")
        case .string(let text): text
        default: text
        }
    }

    /// The keys whose values a log must not show: in full, and by their last word.
    public var secretKeys: Set<String> {
        Set(
            schema.settings.filter(\.isSecret)
                .flatMap { [$0.key, $0.key.split(separator: ".").last.map(String.init) ?? $0.key] })
    }

    /// The secrets themselves, for a log to recognise.
    public var secretValues: [String] {
        schema.settings.filter(\.isSecret).compactMap { spec in
            guard case .text(let text) = resolved(spec), !text.isEmpty else { return nil }
            return text
        }
    }

    func resolved(_ spec: SettingSpec) -> Value { given[spec.key]?.value ?? spec.fallback }
    func origin(of spec: SettingSpec) -> Origin { given[spec.key]?.origin ?? .standard }
}
