import Domain
import Statistics

/// How a round's account trades what was approved. Which it is follows from the campaign's seed and the round's number. At a
/// broker's all are plain: what rests there when the market is over keeps a round from its end, and the venue names the legs of
/// a pair itself, by which the round could not know them.
enum ChaosManner: String, CaseIterable {
    /// Each order is sent as it was approved.
    case plain
    /// Positions have stops and targets, which rest at the venue.
    case guarded
    /// Approvals are worked over time, some with brackets.
    case worked

    init(seed: UInt64, round: Int, at scene: ChaosPlan.Scene) {
        let place = Int((seed &+ UInt64(round)) % UInt64(ChaosManner.allCases.count))
        self = scene == .broker ? .plain : ChaosManner.allCases[place]
    }

    /// A bar moves by a thousandth at most, and a position lasts for some dozens of them.
    func settings(_ chance: inout SeededGenerator) -> [String] {
        func pick<Choice>(_ choices: [Choice]) -> Choice { choices[chance.index(below: choices.count)] }
        switch self {
        case .plain: return []
        case .guarded:
            let stops = pick([
                "fixed:0.3%", "trailing:0.3%", "fixed:0.4%,time:20", "fixed:0.3%,breakeven:0.2%",
            ])
            let targets = pick(["", "0.3%", "0.1%:50%,0.3%:50%", "0.2%:40%"])
            return ["risk.stops=\(stops)"] + (targets.isEmpty ? [] : ["risk.targets=\(targets)"])
        case .worked:
            let style = pick(["limit", "market"])
            // A market order has no limit.
            let offset = style == "limit" ? ["execution.offset=\(pick(["5bps", "-3bps", "adaptive"]))"] : []
            let slicing = pick(["none", "twap:12s/4", "pov:5%"])
            let bracket = pick(["", "stop=0.3%,target=0.4%", "stop=0.3%"])
            return offset + (bracket.isEmpty ? [] : ["execution.bracket=\(bracket)"]) + [
                "execution.style=\(style)", "execution.slicing=\(slicing)", "execution.patience=4s",
            ]
        }
    }
}
