import Backtesting
import Configuration
import Domain
import Exchange

/// How the simulated exchange fills orders, and what it takes for it.
public enum ExchangeOptions {
    public static let specs: [OptionSpec] = [
        .option(
            "fill", value: "WHEN", type: .choice(ExchangeRules.FillTiming.allCases.map(\.rawValue)),
            default: .text("next_open"),
            help: "quote needs --quotes; close is the deciding bar's own: optimistic.", group: group),
        .option(
            "commission", value: "MODEL", default: .text("none"),
            help:
                "20bps, or a model with its figures: \(OptionText.models(Models.commission.map { ($0.name, $0.parameters) })).",
            group: group),
        .option(
            "slippage", value: "MODEL", default: .text("none"),
            help:
                "5bps, or a model with its figures: \(OptionText.models(Models.slippage.map { ($0.name, $0.parameters) })).",
            group: group),
        .option(
            "borrow", value: "RATE", type: .number(0...10), default: .number(0),
            help: "A year's interest on shares that are sold short.", group: group),
        .option(
            "participation", value: "SHARE", type: .number(0...1),
            help: "The largest share of a bar's volume that orders take; without it volume is not looked at.",
            group: group),
        .option(
            "queue", value: "MODEL", type: .choice(Models.queue.map { $0.name }), default: .text("none"),
            help: "When a limit at the touch trades: never, or once the queue ahead of it is gone.",
            group: group),
        .option(
            "latency-feed", value: "MODEL", default: .text("none"),
            help: "From the market to the strategy: \(latencies).", group: group),
        .option(
            "latency-order", value: "MODEL", default: .text("none"),
            help: "From the strategy to the exchange, likewise.", group: group),
        .option(
            "latency-response", value: "MODEL", default: .text("none"),
            help: "From the exchange back, likewise.", group: group),
        .option(
            "chance", value: "N", type: .integer(0...Int.max), default: .integer(1),
            help: "The seed of latencies that are drawn by chance.", group: group),
        .option(
            "hours", value: "HOURS", type: .choice(ExchangeRules.Hours.allCases.map(\.rawValue)),
            help: "When the exchange is open; else XNYS for daily bars, and as the data come for others.",
            group: group),
    ]
    private static let group = "Exchange"
    private static let latencies =
        "5ms, or a model with its figures: \(OptionText.models(Models.latency.map { ($0.name, $0.parameters) }))"

    public static func apply(_ parsed: Parsed, to settings: inout BacktestSettings) throws {
        settings.rules.fill = ExchangeRules.FillTiming(rawValue: parsed.text("fill")) ?? .nextOpen
        if settings.rules.fill == .quote, parsed.texts("quotes").isEmpty {
            throw Failure("--fill quote needs quotes: --quotes SYMBOL=FILE would be right", exitCode: 2)
        }
        settings.rules.borrow.annualRate = parsed.number("borrow")
        settings.rules.participation = parsed.number(ifGiven: "participation")
        settings.rules.seed = UInt64(parsed.int("chance"))
        settings.hours = parsed.text(ifGiven: "hours").flatMap(ExchangeRules.Hours.init(rawValue:))
        do {
            let (commission, its) = try model(parsed, "commission")
            settings.rules.commission = try Models.commission(commission, its)
            let (slippage, others) = try model(parsed, "slippage")
            settings.rules.slippage = try Models.slippage(slippage, others)
            settings.rules.queue = try Models.queue(parsed.text("queue"))
            settings.rules.latency.feed = try latency(parsed, "latency-feed")
            settings.rules.latency.order = try latency(parsed, "latency-order")
            settings.rules.latency.response = try latency(parsed, "latency-response")
        } catch let error as ModelError {
            throw Failure(error.description, exitCode: 2)
        }
    }

    private static func model(
        _ parsed: Parsed, _ option: String
    ) throws -> (name: String, figures: Models.Figures) {
        try OptionText.model(parsed.text(option), of: "--\(option)")
    }

    private static func latency(_ parsed: Parsed, _ option: String) throws -> any LatencyModel {
        let (name, figures) = try model(parsed, option)
        return try Models.latency(name, figures)
    }
}
