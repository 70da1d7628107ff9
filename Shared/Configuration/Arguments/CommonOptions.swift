extension [OptionSpec] {
    /// The options that every executable takes: which settings, and where the log goes. `Settings.load` and
    /// `Log.open` obey them.
    public static let common: [OptionSpec] = [
        .option(
            "config", value: "FILE", type: .path,
            help: "Read settings from FILE instead of config/tradewind.yaml.", group: commonGroup),
        .option(
            "set", value: "KEY=VALUE", repeats: true,
            help: "Give one setting a value for this run.", group: commonGroup),
        .option(
            "log-level", value: "LEVEL", type: .choice(LogLevel.names),
            help: "Log nothing below LEVEL.", group: commonGroup),
        .option(
            "log-format", value: "FORMAT", type: .choice(LogFormat.names),
            help: "Write log lines for people or for programs.", group: commonGroup),
        .option(
            "log-file", value: "FILE", type: .path,
            help: "Write the log to FILE instead of standard error.", group: commonGroup),
    ]

    private static let commonGroup = "Common options"
}

extension Parsed {
    /// What makes another program see the same settings: words of its command line.
    public var settingWords: [String] {
        (text(ifGiven: "config").map { ["--config", $0] } ?? []) + texts("set").flatMap { ["--set", $0] }
    }

    /// What the common options say about settings, later ones winning.
    package var settingOverrides: [SettingOverride] {
        var overrides: [SettingOverride] = []
        for (option, key) in [
            ("log-level", "log.level"), ("log-format", "log.format"), ("log-file", "log.file"),
        ]
        where isGiven(option) {
            overrides.append(
                SettingOverride(key: key, text: text(ifGiven: option) ?? "", origin: "--\(option)"))
        }
        return texts("set").map(SettingOverride.init(assignment:)) + overrides
    }
}
