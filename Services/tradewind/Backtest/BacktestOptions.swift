import Backtesting
import Configuration
import Domain
import Exchange
import Glibc
import Portfolio
import Providers
import Risk
import Strategies

/// What the command line says about a run.
struct BacktestOptions {
    let strategy: String
    /// What `--set` gives to the strategy.
    let arguments: [(name: String, text: String)]
    let files: [(symbol: Symbol?, path: String)]
    let selection: BarFiles.Selection
    let settings: BacktestSettings
    /// Every option with its words, defaults included: enough to have the run again.
    let words: [(name: String, words: [String])]

    static let specs = own + RiskOptions.specs

    private static let own: [OptionSpec] = [
        .option(
            "csv", value: "SYMBOL=FILE", required: true, repeats: true,
            help: "Bars of a symbol; FILE alone where a column names the symbol; or a folder of such files.",
            group: "Data"),
        .option("symbols", value: "A,B", type: .list, help: "Only these symbols.", group: "Data"),
        .option("from", value: "DATE", help: "The first day.", group: "Data"),
        .option("to", value: "DATE", help: "The last day.", group: "Data"),
        .option(
            "span", value: "SPAN",
            help: "The length of bars with a time of day, such as 5m; else it is found.",
            group: "Data"),
        .option(
            "cash", value: "MONEY", default: .text("100000"), help: "What the account begins with.",
            group: "Account"),
        .option(
            "allocation", value: "RULE", type: .choice(AllocationRule.allCases.map(\.rawValue)),
            default: .text("all-in"), help: "How the money is spread over the signals.", group: "Account"),
        .option(
            "rebalance", value: "RULE", type: .choice(RebalanceRule.allCases.map(\.rawValue)),
            default: .text("never"), help: "When positions are brought back to their shares.",
            group: "Account"),
        .option(
            "cash-reserve", value: "SHARE", type: .number(0...1), default: .number(0),
            help: "The share of the equity that is never spent.", group: "Account"),
        .option(
            "no-trade-band", value: "SHARE", type: .number(0...1), default: .number(0),
            help: "Smaller differences to a target are left alone.", group: "Account"),
        .option(
            "positions-max", value: "N", type: .integer(1...100_000), help: "No more positions than that.",
            group: "Account"),
        .flag("whole-shares", help: "No fractions of shares.", group: "Account"),
        .option(
            "margin", value: "KIND", type: .choice(MarginRules.Kind.allCases.map(\.rawValue)),
            default: .text("cash"), help: "What the account may borrow.", group: "Account"),
        .option(
            "fill", value: "WHEN", type: .choice(["next_open", "close"]), default: .text("next_open"),
            help: "close is the deciding bar's own: optimistic.", group: "Exchange"),
        .option(
            "commission", value: "MODEL", default: .text("none"),
            help:
                "20bps, or a model with its figures: \(models(Models.commission.map { ($0.name, $0.parameters) })).",
            group: "Exchange"),
        .option(
            "slippage", value: "MODEL", default: .text("none"),
            help:
                "5bps, or a model with its figures: \(models(Models.slippage.map { ($0.name, $0.parameters) })).",
            group: "Exchange"),
        .option(
            "borrow", value: "RATE", type: .number(0...10), default: .number(0),
            help: "A year's interest on shares that are sold short.", group: "Exchange"),
        .option(
            "participation", value: "SHARE", type: .number(0...1),
            help: "The largest share of a bar's volume that orders take; without it volume is not looked at.",
            group: "Exchange"),
        .option(
            "hours", value: "HOURS", type: .choice(ExchangeRules.Hours.allCases.map(\.rawValue)),
            help: "When the exchange is open; else XNYS for daily bars, and as the bars come for others.",
            group: "Exchange"),
    ]

    init(_ parsed: Parsed) throws {
        strategy = parsed.text("STRATEGY")
        // A key with a dot is a setting of the house, any other a parameter of the strategy.
        arguments = try parsed.texts("set").map { try BacktestOptions.assignment($0) }
            .filter { !$0.name.contains(".") }
        files = try parsed.texts("csv").flatMap { try BacktestOptions.files($0) }
        var selection = BarFiles.Selection()
        selection.symbols = try (parsed.list(ifGiven: "symbols") ?? []).map { try BacktestOptions.symbol($0) }
        selection.from = try parsed.text(ifGiven: "from").map { try CivilDate($0) }
        selection.to = try parsed.text(ifGiven: "to").map { try CivilDate($0) }
        selection.span = try parsed.text(ifGiven: "span").map { try Interval($0).nanoseconds }
        self.selection = selection
        let house = try BacktestOptions.house(parsed)
        settings = try BacktestOptions.settings(parsed, house)
        let said = parsed.words("set").filter { !$0.prefix { $0 != "=" }.contains(".") }
        words =
            [(name: "set", words: said + RiskOptions.words(house))]
            + BacktestOptions.specs.map { (name: $0.name, words: parsed.words($0.name)) }
    }

    /// The settings for a person: what was said, and what holds where nothing was.
    var settingLines: [(name: String, value: String)] {
        words.compactMap { option in
            option.name == "set" || option.words.isEmpty || option.words == ["false"]
                ? nil : (name: option.name, value: option.words.joined(separator: " "))
        }
    }

    func load() throws -> BarTable { try BarFiles.load(files, selection) }

    private static func settings(
        _ parsed: Parsed, _ house: Configuration.Settings
    ) throws -> BacktestSettings {
        var settings = BacktestSettings()
        settings.cash = try money(parsed.text("cash"))
        settings.allocation.rule = AllocationRule(rawValue: parsed.text("allocation")) ?? .allIn
        settings.allocation.rebalance = RebalanceRule(rawValue: parsed.text("rebalance")) ?? .never
        settings.allocation.cashReserve = parsed.number("cash-reserve")
        settings.allocation.noTradeBand = parsed.number("no-trade-band")
        settings.allocation.positionsMax = parsed.int(ifGiven: "positions-max") ?? .max
        settings.allocation.lot = parsed.flag("whole-shares") ? Quantity(1) : Quantity(units: 1)
        settings.rules.lot = settings.allocation.lot
        settings.rules.fill = ExchangeRules.FillTiming(rawValue: parsed.text("fill")) ?? .nextOpen
        settings.rules.margin.kind = MarginRules.Kind(rawValue: parsed.text("margin")) ?? .cash
        settings.rules.borrow.annualRate = parsed.number("borrow")
        settings.rules.participation = parsed.number(ifGiven: "participation")
        settings.hours = parsed.text(ifGiven: "hours").flatMap(ExchangeRules.Hours.init(rawValue:))
        do {
            let (commission, its) = try model(parsed.text("commission"))
            settings.rules.commission = try Models.commission(commission, its)
            let (slippage, others) = try model(parsed.text("slippage"))
            settings.rules.slippage = try Models.slippage(slippage, others)
        } catch let error as ModelError {
            throw Failure(error.description, exitCode: 2)
        }
        try RiskOptions.apply(parsed, house, to: &settings)
        return settings
    }

    /// The settings of the house, as the file and `--set` with dotted keys say.
    private static func house(_ parsed: Parsed) throws -> Configuration.Settings {
        try Configuration.Settings.load(
            file: parsed.text(ifGiven: "config"),
            overrides: parsed.settingOverrides.filter { $0.key.contains(".") })
    }

    /// A strategy's complaint as the end of the process, with what was probably meant.
    func failure(_ error: ParameterError) -> Failure {
        let near = error.unknown.flatMap { Spelling.nearest(to: $0, among: error.known) }
        return Failure(error.description + (near.map { "; did you mean \($0)?" } ?? ""), exitCode: 2)
    }

    // MARK: Words

    private static func assignment(_ word: String) throws -> (name: String, text: String) {
        let parts = word.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2, !parts[0].isEmpty else {
            throw Failure("--set \(word) has no value: --set fast=20 would be right", exitCode: 2)
        }
        return (String(parts[0]), String(parts[1]))
    }

    static func symbol(_ text: some StringProtocol) throws -> Symbol {
        guard !text.isEmpty, let symbol = Symbol(text) else {
            throw Failure(
                "\(text) is no symbol: up to \(Symbol.lengthMax) characters would be right", exitCode: 2)
        }
        return symbol
    }

    private static func money(_ text: String) throws -> Money {
        let money: Money
        do {
            money = try Money(text)
        } catch {
            throw Failure("--cash: \(error)", exitCode: 2)
        }
        guard money.isPositive else { throw Failure("--cash must be above 0, not \(money)", exitCode: 2) }
        return money
    }

    private static func files(_ word: String) throws -> [(symbol: Symbol?, path: String)] {
        if let split = word.firstIndex(of: "="), access(word, F_OK) != 0 {
            return [(try symbol(word[..<split]), String(word[word.index(after: split)...]))]
        }
        guard let folder = opendir(word) else { return [(nil, word)] }
        defer { closedir(folder) }
        var names: [String] = []
        while let entry = readdir(folder) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if name.hasSuffix(".csv") { names.append(name) }
        }
        guard !names.isEmpty else {
            throw Failure("\(word) holds no file whose name ends in .csv", exitCode: 2)
        }
        return names.sorted().map { (nil, "\(word)/\($0)") }
    }

    /// `none`, `20bps`, `per_share`, or `per_share:amount=0.005,minimum=1`.
    private static func model(_ word: String) throws -> (name: String, figures: Models.Figures) {
        if word.hasSuffix("bps"), let points = Double(word.dropLast(3)) {
            return ("basis_points", [("bps", points)])
        }
        let parts = word.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        var figures: Models.Figures = []
        if parts.count == 2 {
            for figure in parts[1].split(separator: ",") {
                let (name, text) = try assignment(String(figure))
                guard let value = Double(text), value.isFinite else {
                    throw Failure("\(name) of \(parts[0]) must be a number, not \(text)", exitCode: 2)
                }
                figures.append((name, value))
            }
        }
        return (String(parts[0]), figures)
    }

    private static func models(_ list: [(name: String, parameters: [ModelParameter])]) -> String {
        list.map { model in
            let figures = model.parameters.map(\.name)
            return model.name
                + (figures.isEmpty ? "" : ":\(figures.map { "\($0)=…" }.joined(separator: ","))")
        }.joined(separator: ", ")
    }
}
