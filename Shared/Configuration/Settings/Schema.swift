/// Declares one setting: its dotted key, type, default and meaning.
public struct SettingSpec: Sendable {
    public var key: String
    public var type: ValueType
    public var fallback: Value
    public var help: String
    /// A secret never stands in a settings file, on a command line, in a log or on a screen.
    public var isSecret: Bool

    public init(key: String, type: ValueType, default fallback: Value, help: String, secret: Bool = false) {
        precondition(type.admits(fallback), "\(key): the default is not of the type")
        precondition(
            key.utf8.allSatisfy { (97...122).contains($0) || (48...57).contains($0) || $0 == 46 || $0 == 95 },
            "\(key): a key is lower case letters, digits, _ and .")
        precondition(!secret || type == .text, "\(key): a secret is a text")
        self.key = key
        self.type = type
        self.fallback = fallback
        self.help = help
        self.isSecret = secret
    }

    /// Declares a secret text, empty when it is not given.
    public static func secret(_ key: String, help: String) -> SettingSpec {
        SettingSpec(key: key, type: .text, default: .text(""), help: help, secret: true)
    }

    /// The environment variable of the setting: `feed.speed` is `TRADEWIND_FEED_SPEED`.
    public var variable: String { SettingSpec.variable(of: key) }

    /// The key whose value names the file that holds a secret.
    var fileKey: String { key + "_file" }

    static func variable(of key: String) -> String {
        "TRADEWIND_" + key.uppercased().map { $0 == "." ? "_" : String($0) }.joined()
    }
}

/// The settings of one subject: `mesh`, `feed`.
public struct SettingSection: Sendable {
    public var name: String
    public var help: String
    public var settings: [SettingSpec]

    public init(_ name: String, help: String, _ settings: [SettingSpec]) {
        self.name = name
        self.help = help
        self.settings = settings
    }
}

/// All settings that exist: what is not declared here is an error wherever it is written.
public struct Schema: Sendable {
    public let sections: [SettingSection]
    /// Variables that begin with TRADEWIND_ and are no settings, each with its meaning.
    public let otherVariables: [String: String]

    /// By key, the file keys of secrets included.
    private let specs: [String: SettingSpec]
    private let sectionKeys: Set<String>
    /// The key of each environment variable.
    let keys: [String: String]

    public init(sections: [SettingSection], otherVariables: [String: String] = Schema.houseVariables) {
        var specs: [String: SettingSpec] = [:]
        var keys: [String: String] = [:]
        var sectionKeys: Set<String> = []
        func add(_ spec: SettingSpec) {
            precondition(specs.updateValue(spec, forKey: spec.key) == nil, "\(spec.key) is declared twice")
            precondition(
                keys.updateValue(spec.key, forKey: spec.variable) == nil,
                "two settings share the variable \(spec.variable)")
            var prefix = spec.key[...]
            while let dot = prefix.lastIndex(of: ".") {
                prefix = prefix[..<dot]
                sectionKeys.insert(String(prefix))
            }
        }
        for spec in sections.flatMap(\.settings) {
            add(spec)
            if spec.isSecret {
                add(
                    SettingSpec(
                        key: spec.fileKey, type: .path, default: .text(""),
                        help: "The file of mode 0600 that holds \(spec.key)."))
            }
        }
        for key in sectionKeys { precondition(specs[key] == nil, "\(key) is a setting and a section") }
        self.sections = sections
        self.otherVariables = otherVariables
        self.specs = specs
        self.sectionKeys = sectionKeys
        self.keys = keys
    }

    /// Every declared setting in the order of declaration.
    public var settings: [SettingSpec] { sections.flatMap(\.settings) }

    /// The settings that name the file of a secret.
    var secretFiles: [SettingSpec] { settings.filter(\.isSecret).compactMap { specs[$0.fileKey] } }

    /// The variables that executables, scripts and the build use beside settings.
    public static let houseVariables = [
        "TRADEWIND_CONFIG": "The settings file to read instead of config/tradewind.yaml.",
        "TRADEWIND_ADVERTISE": "The address under which other hosts reach this process.",
        "TRADEWIND_PROCESS": "The supervisor's mark on a process that it started.",
        "TRADEWIND_IMAGE": "The container image that compose/tradewind.yaml runs.",
        "TRADEWIND_STRICT": "Makes warnings of the build errors.",
    ]

    func spec(_ key: String) -> SettingSpec? { specs[key] }
    public func declares(_ key: String) -> Bool { specs[key] != nil }
    func isSection(_ key: String) -> Bool { sectionKeys.contains(key) }

    /// The key that was probably meant: a misspelled one, or one whose section was forgotten.
    func nearest(to key: String) -> String? {
        let words = specs.keys.sorted()
        if let near = Spelling.nearest(to: key, among: words + sectionKeys.sorted()) { return near }
        let leaf = key.split(separator: ".").last.map(String.init) ?? key
        let leaves = words.filter { $0.split(separator: ".").last.map(String.init) == leaf }
        if leaves.count == 1 { return leaves[0] }
        // Within the right section a short name may be far from the whole key's point of view.
        guard let dot = key.lastIndex(of: ".") else { return nil }
        let section = String(key[...dot])
        let siblings = words.filter { $0.hasPrefix(section) }.map { String($0.dropFirst(section.count)) }
        return Spelling.nearest(to: leaf, among: siblings).map { section + $0 }
    }
}
