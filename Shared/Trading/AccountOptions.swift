import Backtesting
import Configuration
import Domain
import Exchange
import Parameters
import Portfolio

/// What the account of a run has, and how it spends it.
public enum AccountOptions {
    public static let specs: [OptionSpec] = [
        .option(
            "cash", value: "MONEY", default: .text("100000"), help: "What the account begins with.",
            group: group),
        .option(
            "allocation", value: "RULE", default: .text("all-in"), offers: AllocationRule.listed.map(\.name),
            help:
                "How the money is spread over the signals: a name, or with its parameters, 'hrp linkage=ward'. "
                + "`tradewind allocators list` shows all: \(AllocationRule.listed.map(\.name).joined(separator: ", ")).",
            group: group),
        .option(
            "rebalance", value: "RULE", type: .choice(RebalanceRule.allCases.map(\.rawValue)),
            default: .text("never"), help: "When positions are brought back to their shares.",
            group: group),
        .option(
            "drift", value: "SHARE", type: .number(0...1), default: .number(0.05),
            help: "How far a position may be from its share of the equity under --rebalance drift.",
            group: group),
        .option(
            "cash-reserve", value: "SHARE", type: .number(0...1), default: .number(0),
            help: "The share of the equity that is never spent.", group: group),
        .option(
            "no-trade-band", value: "SHARE", type: .number(0...1), default: .number(0),
            help: "Smaller differences to a target are left alone.", group: group),
        .option(
            "order-min", value: "MONEY", default: .text("0"), help: "Orders for less money are not sent.",
            group: group),
        .option(
            "positions-max", value: "N", type: .integer(1...100_000), help: "No more positions than that.",
            group: group),
        .flag("whole-shares", help: "No fractions of shares.", group: group),
        .option(
            "margin", value: "KIND", type: .choice(MarginRules.Kind.allCases.map(\.rawValue)),
            default: .text("cash"), help: "What the account may borrow.", group: group),
    ]
    private static let group = "Account"

    public static func apply(_ parsed: Parsed, to settings: inout BacktestSettings) throws {
        settings.cash = try OptionText.money(parsed.text("cash"), of: "--cash")
        settings.allocation.rule = try allocation(parsed.text("allocation"))
        settings.allocation.rebalance = RebalanceRule(rawValue: parsed.text("rebalance")) ?? .never
        settings.allocation.drift = parsed.number("drift")
        settings.allocation.worthMin = try OptionText.money(
            parsed.text("order-min"), of: "--order-min", orZero: true)
        settings.allocation.cashReserve = parsed.number("cash-reserve")
        settings.allocation.noTradeBand = parsed.number("no-trade-band")
        settings.allocation.positionsMax = parsed.int(ifGiven: "positions-max") ?? .max
        settings.allocation.lot = parsed.flag("whole-shares") ? Quantity(1) : Quantity(units: 1)
        settings.rules.lot = settings.allocation.lot
        settings.rules.margin.kind = MarginRules.Kind(rawValue: parsed.text("margin")) ?? .cash
    }

    /// `hrp`, or `hrp linkage=ward history=500`.
    public static func allocation(_ text: String) throws -> AllocationRule {
        let words = text.split(separator: " ")
        let name = words.first.map(String.init) ?? ""
        let given = try words.dropFirst().map {
            try OptionText.assignment(String($0), of: "--allocation \(name)")
        }
        do throws(ParameterError) {
            return try AllocationRule(name, given: given)
        } catch {
            let near = error.unknown.flatMap { Spelling.nearest(to: $0, among: error.known) }
            throw Failure(error.description + (near.map { "; did you mean \($0)?" } ?? ""), exitCode: 2)
        }
    }
}
