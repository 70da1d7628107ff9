import Domain
import Indicators

/// A rule and a model, put together in a way that is stated.
public struct Hybrid: Strategy {
    public static let name = "hybrid"
    public static let summary =
        "a rule and a model put together: one filters the other, both weigh, or they vote"
    public static let rule = [
        "The rule is for a symbol while the average of `fast` closes lies above that of `slow`.",
        "The model of the file `model` gives the chance that the price rises; it is for a symbol from `agree` on.",
        "filter: it buys when both are for it, and sells when the rule is against it: the model keeps out of entries alone.",
        "weight: it holds `weight` of the model's part (0 at 1/2, all at 1) and the rest of the rule's, moved in steps of `step`.",
        "vote: rule, model, and the close against that of `slow` bars before have a voice each; two of three decide.",
    ]
    public static let example = StrategyExample(["model=models/trend.csv", "combine=weight"])
    public static let parameters: [Parameter] = [
        .file("model", "The model: docs/strategies.md has the format."),
        .choice(
            "combine", ["filter", "weight", "vote"], default: "filter", "How rule and model are put together."
        ),
        .integer("fast", 2...1000, default: 20, "Bars of the rule's fast average."),
        .integer("slow", 3...2000, default: 50, "Bars of its slow one, more than fast."),
        .number("agree", 0...1, default: 0.55, "From which chance on the model is for a symbol."),
        .number("weight", 0...1, default: 0.5, "The model's weight."),
        .number(
            "step", 0.01...1, default: 0.2, "Smaller changes of a position are left alone, under weight."),
    ]

    private enum Combination: String { case filter, weight, vote }

    private struct State {
        var fast: SMA
        var slow: SMA
        var closes: Ring<Double>
        var held = 0.0
    }

    private var advisor: Advisor
    private var states: [State]
    private let combination: Combination
    private let agree: Double
    private let weight: Double
    private let step: Double
    public let warmUp: Int

    public init(_ arguments: Arguments, symbols: [Symbol]) throws(ParameterError) {
        guard let file = arguments.file("model") else {
            throw ParameterError("model names no file: model=config/models/trend.csv would be one")
        }
        let (fast, slow) = (arguments.integer("fast"), arguments.integer("slow"))
        guard fast < slow else {
            throw ParameterError("fast must be less than slow, but fast is \(fast) and slow is \(slow)")
        }
        advisor = try Advisor(file, symbols: symbols.count)
        combination = Combination(rawValue: arguments.choice("combine")) ?? .filter
        agree = arguments.number("agree")
        weight = arguments.number("weight")
        step = arguments.number("step")
        let state = State(
            fast: SMA(period: fast), slow: SMA(period: slow), closes: Ring(count: slow, filledWith: 0))
        states = Array(repeating: state, count: symbols.count)
        warmUp = max(slow + 1, advisor.warmUp)
    }

    public mutating func onBar(
        _ bar: Bar, of instrument: Int, at now: Timestamp, _ opinions: inout Opinions
    ) {
        let close = Double(bar.close)
        let chance = advisor.advice(bar, of: instrument, at: now)
        let fast = states[instrument].fast.update(close)
        let slow = states[instrument].slow.update(close)
        let before = states[instrument].closes.replaceOldest(with: close)
        guard let chance, let fast, let slow, before > 0 else { return }
        let isRising = fast > slow
        let held = states[instrument].held
        let wanted: Double
        switch combination {
        case .filter: wanted = !isRising ? 0 : held > 0 || chance >= agree ? 1 : 0
        case .weight:
            let sure = min(1, max(0, 2 * chance - 1))
            let sum = weight * sure + (1 - weight) * (isRising ? 1 : 0)
            // All the way out and all the way in are no small changes.
            wanted = (sum - held).magnitude < step && sum > 0 && sum < 1 ? held : sum
        case .vote:
            wanted = [isRising, chance >= agree, close > before].count { $0 } >= 2 ? 1 : 0
        }
        guard wanted != held else { return }
        states[instrument].held = wanted
        opinions.say(
            wanted, of: instrument,
            because: wanted > held ? "rule and model speak for it" : "rule and model speak less for it",
            [
                Figure(name: "model", value: chance), Figure(name: "fast", value: fast),
                Figure(name: "slow", value: slow),
            ])
    }
}
