/// One mistake in the settings: where, and a sentence that says what would be right.
public struct SettingsProblem: Error, Hashable, Sendable, CustomStringConvertible {
    /// A file, a variable or an option: `config/tradewind.yaml`, `TRADEWIND_FEED_SPEED`, `--set`.
    public var source: String
    /// In a file, counted from 1.
    public var line: Int?
    public var column: Int?
    /// The setting, where one is concerned.
    public var key: String?
    public var sentence: String

    public init(
        at source: String, line: Int? = nil, column: Int? = nil, key: String? = nil, _ sentence: String
    ) {
        self.source = source
        self.line = line
        self.column = column
        self.key = key
        // It may hold a name out of the file, and still is one line.
        self.sentence = visible(sentence)
    }

    /// The place as compilers write it, `config/tradewind.yaml:12:3`.
    public var place: String {
        [source, line.map { "\($0)" }, column.map { "\($0)" }].compactMap(\.self).joined(separator: ":")
    }

    public var description: String { "\(place): \(sentence)" }
}

/// All mistakes that were found in the settings, each with its place.
public struct SettingsError: Error, Sendable, CustomStringConvertible {
    public var problems: [SettingsProblem]

    public var description: String {
        let lines = problems.map { "\n  \($0)" }.joined()
        return problems.count == 1
            ? "the settings are wrong:\(lines)"
            : "the settings are wrong in \(problems.count) places:\(lines)"
    }
}
