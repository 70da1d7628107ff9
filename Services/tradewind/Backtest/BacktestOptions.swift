import Backtesting
import Configuration
import Domain
import Strategies
import Trading

/// What the command line says about a run, and the settings where it says nothing.
struct BacktestOptions {
    /// One, or several that share the account.
    let strategies: [SpokenStrategy]
    let files: MarketFiles
    let settings: BacktestSettings
    /// Every option with its words, defaults included: enough to have the run again.
    let words: [(name: String, words: [String])]

    static let specs: [OptionSpec] =
        [
            .option(
                "and", value: "STRATEGY", repeats: true,
                help: "Another strategy on the same account: 'momentum top=2 share=0.5'.",
                group: "Strategies")
        ] + DataOptions.specs + AccountOptions.specs + RiskOptions.specs + ExecutionOptions.specs
        + ExchangeOptions.specs

    /// A run that is made again goes by its own words, and not by what settings say today.
    init(_ parsed: Parsed, isRepeated: Bool = false) throws {
        let house = try isRepeated ? BacktestOptions.asWritten(parsed) : BacktestOptions.house(parsed)
        let parsed = isRepeated ? parsed : try parsed.filled(from: house, "backtest")
        let given = try parsed.texts("set").map { try OptionText.assignment($0) }
        // A key with a dot is a setting of the house, any other a parameter of the strategy.
        let arguments = given.filter { !$0.name.contains(".") }
        let first =
            parsed.texts("STRATEGY").isEmpty
            ? StrategyRegistry.own.map { [$0.name] } ?? [] : parsed.texts("STRATEGY")
        let spoken = first + parsed.texts("and")
        var strategies = try spoken.map { try SpokenStrategy($0) }
        if strategies.count > 1, let first = arguments.first {
            throw Failure(
                "--set \(first.name)=\(first.text) does not say which strategy it is for: "
                    + "'\(strategies[0].name) \(first.name)=\(first.text)' would be right", exitCode: 2)
        }
        strategies[0].arguments += arguments
        self.strategies = strategies
        files = try DataOptions.files(parsed, spans: strategies.compactMap(\.span), house)
        var settings = BacktestSettings()
        try AccountOptions.apply(parsed, to: &settings)
        try RiskOptions.apply(
            parsed, house, labels: SpokenStrategy.labels(of: strategies), to: &settings)
        try ExecutionOptions.apply(parsed, house, to: &settings)
        try ExchangeOptions.apply(parsed, to: &settings)
        self.settings = settings
        let said = parsed.words("set").filter { !$0.prefix { $0 != "=" }.contains(".") }
        words =
            [(name: "set", words: said + BacktestOptions.words(of: house))]
            + BacktestOptions.specs.map { option in
                let others = option.name == "and" ? Array(first.dropFirst()) : []
                return (name: option.name, words: others + parsed.words(option.name))
            }
        strategy = first[0]
    }

    /// The first strategy as it was said.
    let strategy: String

    /// The settings for a person: what was said, and what holds where nothing was.
    var settingLines: [(name: String, value: String)] {
        words.compactMap { option in
            option.name == "set" || option.words.isEmpty || option.words == ["false"]
                ? nil : (name: option.name, value: option.words.joined(separator: " "))
        }
    }

    /// The one strategy of a command that takes one.
    var only: SpokenStrategy {
        get throws {
            guard strategies.count == 1, strategies[0].span == nil else {
                throw Failure(
                    "this command tries one strategy on the bars that there are: --and and span= are for "
                        + "`tradewind backtest`", exitCode: 2)
            }
            return strategies[0]
        }
    }

    func load() throws -> Market { try files.load() }

    /// The settings of the house, as the file, variables and `--set` with dotted keys say.
    static func house(_ parsed: Parsed) throws -> Configuration.Settings {
        try Configuration.Settings.load(
            file: parsed.text(ifGiven: "config"),
            overrides: parsed.settingOverrides.filter { $0.key.contains(".") })
    }

    /// What a run that was written down says of the house, and nothing else.
    private static func asWritten(_ parsed: Parsed) throws -> Configuration.Settings {
        try Configuration.Settings.load(
            from: Surroundings(),
            overrides: parsed.settingOverrides.filter { $0.key.contains(".") })
    }

    /// What was found of risk and execution in the settings, as `--set` would give it: a run is written down with it.
    private static func words(of house: Configuration.Settings) -> [String] {
        let sections = house.schema.sections.filter { $0.name == "risk" || $0.name == "execution" }
        return sections.flatMap(\.settings).compactMap { spec in
            guard house.origin(spec.key) != .standard else { return nil }
            let value = house.value(spec.key)
            switch value {
            case .list(let items): return "\(spec.key)=\(items.joined(separator: ","))"
            case .text(let text): return "\(spec.key)=\(text)"
            default: return "\(spec.key)=\(value.canonicalText)"
            }
        }
    }

    /// A strategy's complaint as the end of the process, with what was probably meant.
    func failure(_ error: ParameterError) -> Failure {
        let near = error.unknown.flatMap { Spelling.nearest(to: $0, among: error.known) }
        return Failure(error.description + (near.map { "; did you mean \($0)?" } ?? ""), exitCode: 2)
    }
}
