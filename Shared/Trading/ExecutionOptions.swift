import Backtesting
import Configuration
import Domain
import Execution

/// What the command line, and after it the settings, say of how orders are worked in a backtest. Where neither says
/// anything, orders are sent at market, at once and whole.
public enum ExecutionOptions {
    public static let specs: [OptionSpec] = [
        .option(
            "execution", value: "STYLE", type: .choice(ExecutionSettings.Style.allCases.map(\.rawValue)),
            help: "limit stays near the last price and may miss a trade; else market, at once and whole.",
            group: group),
        .option(
            "offset", value: "OFFSET",
            help:
                "How far beyond the last price a limit lies: 5bps (as without it), -5bps waits for a better price, "
                + "adaptive goes by spread and movement. Brings --execution limit.", group: group),
        .option(
            "slice", value: "HOW",
            help:
                "Divides orders over time: twap:30m/6 in six equal parts within 30 minutes, vwap:30m/6 as past days "
                + "traded, pov:10% as a share of each bar's volume.", group: group),
        .option(
            "bracket", value: "LEGS",
            help: "Protects what an entry has traded: stop=2%,target=4%, or one of them.", group: group),
        .option(
            "entry-window", value: "TIME", type: .duration(.zero ... .seconds(3 * 3600)),
            help:
                "No entry so soon after the open nor so shortly before the close; 5m is usual. Not on daily bars.",
            group: group),
        .option(
            "patience", value: "TIME", type: .duration(.seconds(1) ... .seconds(86_400)),
            help:
                "How long an order works before 80 % of it is enough, or its price is made anew: 60s, and one bar at "
                + "least.", group: group),
    ]
    private static let group = "Execution"

    /// How orders are worked; nothing where nobody said so.
    public static func apply(
        _ parsed: Parsed, _ house: Configuration.Settings, to run: inout BacktestSettings
    )
        throws
    {
        run.execution = try settings(parsed, house)
        guard run.execution?.bracket == nil || run.stops.isEmpty else {
            throw Failure(
                "--bracket and the stops of --stop or --target would sell the same shares twice: one of them would be "
                    + "right", exitCode: 2)
        }
    }

    private static func settings(_ parsed: Parsed, _ own: Configuration.Settings) throws -> ExecutionSettings?
    {
        // A transcript tells of settings by their values alone: what stands there without being given says nothing.
        func text(_ option: String, _ key: String) -> String? {
            parsed.text(ifGiven: option) ?? (own.text(key) == "none" ? nil : own.text(key))
        }

        let style = text("execution", "execution.style")
        let offset = text("offset", "execution.offset")
        let slicing = text("slice", "execution.slicing")
        let bracket = text("bracket", "execution.bracket")
        let window =
            parsed.duration(ifGiven: "entry-window")
            ?? (own.duration("execution.entry_window") > 0 ? own.duration("execution.entry_window") : nil)
        guard style != nil || offset != nil || slicing != nil || bracket != nil || window != nil else {
            return nil
        }
        if style == "market", offset != nil {
            throw Failure("--offset is for --execution limit: a market order has no limit", exitCode: 2)
        }
        var settings = ExecutionSettings()
        settings.style = (style ?? (offset == nil ? "market" : "limit")) == "limit" ? .limit : .market
        if let offset { settings.offset = try self.offset(offset) }
        if let slicing { settings.slicing = try self.slicing(slicing) }
        if let bracket { settings.bracket = try self.bracket(bracket) }
        settings.entryWindow = window ?? 0
        settings.patience = parsed.duration(ifGiven: "patience") ?? own.duration("execution.patience")
        settings.enough = Share(own.number("execution.enough"))
        settings.repricesMax = own.integer("execution.reprices_max")
        settings.retriesMax = own.integer("execution.retries_max")
        settings.backOff = own.duration("execution.back_off")
        settings.rejectionsMax = own.integer("execution.rejections_max")
        return settings
    }

    // MARK: Words

    public static func offset(_ word: String) throws -> LimitOffset {
        if word == "adaptive" { return .adaptive }
        guard word.hasSuffix("bps"), let points = Double(word.dropLast(3)), abs(points) <= 1_000 else {
            throw Failure(
                "--offset \(word) is no offset: 5bps, -5bps (up to 1000) or adaptive would be right",
                exitCode: 2)
        }
        return .fixed(.basisPoints(points))
    }

    public static func slicing(_ word: String) throws -> Slicing {
        if word == "none" { return .none }
        let right = "twap:30m/6, vwap:30m/6 or pov:10% would be right"
        let parts = word.split(separator: ":", maxSplits: 1).map(String.init)
        guard parts.count == 2 else { throw Failure("--slice \(word) is no slicing: \(right)", exitCode: 2) }
        switch parts[0] {
        case "pov":
            let share = try percent(parts[1], of: "--slice pov")
            return .participation(share)
        case "twap", "vwap":
            let course = parts[1].split(separator: "/").map(String.init)
            guard course.count == 2, let over = try? Interval(course[0]),
                let slices = Int(course[1]), (2...1_000).contains(slices)
            else {
                throw Failure(
                    "--slice \(word) needs a time and a number of 2 to 1000 slices: \(parts[0]):30m/6 would be right",
                    exitCode: 2)
            }
            let length = over.nanoseconds
            return parts[0] == "twap"
                ? .timeWeighted(over: length, slices: slices)
                : .volumeWeighted(over: length, slices: slices)
        default:
            let near = Spelling.nearest(to: parts[0], among: ["twap", "vwap", "pov"])
            throw Failure(
                "--slice \(word) is no slicing: \(right)" + (near.map { "; did you mean \($0)?" } ?? ""),
                exitCode: 2)
        }
    }

    public static func bracket(_ word: String) throws -> BracketRule? {
        if word == "none" { return nil }
        var rule = BracketRule()
        for leg in word.split(separator: ",", omittingEmptySubsequences: false) {
            let parts = leg.split(separator: "=", maxSplits: 1).map(String.init)
            switch (parts.first, parts.count) {
            case ("stop", 2): rule.stop = try percent(parts[1], of: "--bracket stop")
            case ("target", 2): rule.target = try percent(parts[1], of: "--bracket target")
            default:
                throw Failure(
                    "--bracket \(word) names \"\(leg)\": stop=2%,target=4%, or one of them, would be right",
                    exitCode: 2)
            }
        }
        return rule
    }

    private static func percent(_ word: String, of name: String) throws -> Share {
        guard word.hasSuffix("%"), let percent = Double(word.dropLast()), percent > 0, percent < 100 else {
            throw Failure(
                "\(name) must be a share above 0% and below 100% such as 2%, not \(word)", exitCode: 2)
        }
        return .percent(percent)
    }
}
