import Domain
import Statistics

/// How a round's account trades what was approved. Which it is follows from the campaign's seed and the round's number, and so that
/// each is played in each scene where it may be.
enum ChaosManner: String, CaseIterable {
    /// Each order is sent as it was approved.
    case plain
    /// Positions have stops and targets, which rest at the venue. At a broker's they have no targets: the venue names the legs of
    /// a pair itself, by which nobody here could know them.
    case guarded
    /// Approvals are worked over time, some with brackets. At a broker's there are none, for the same reason.
    case worked

    init(seed: UInt64, round: Int) {
        self = ChaosManner.allCases[Int((seed &+ UInt64(round)) % UInt64(ChaosManner.allCases.count))]
    }

    /// A bar moves by a thousandth at most, and a position lasts for some dozens of them.
    func settings(at scene: ChaosPlan.Scene, _ chance: inout SeededGenerator) -> [String] {
        func pick<Choice>(_ choices: [Choice]) -> Choice { choices[chance.index(below: choices.count)] }
        switch self {
        case .plain: return []
        case .guarded:
            let stops = pick([
                "fixed:0.3%", "trailing:0.3%", "fixed:0.4%,time:20", "fixed:0.3%,breakeven:0.2%",
            ])
            let targets = scene == .broker ? "" : pick(["", "0.3%", "0.1%:50%,0.3%:50%", "0.2%:40%"])
            return ["risk.stops=\(stops)"] + (targets.isEmpty ? [] : ["risk.targets=\(targets)"])
        case .worked:
            // A limit may rest at a broker when the market is over, and a round there is over when nothing works any more.
            let style = scene == .broker ? "market" : pick(["limit", "market"])
            // A market order has no limit.
            let offset = style == "limit" ? ["execution.offset=\(pick(["5bps", "-3bps", "adaptive"]))"] : []
            let slicing = pick(
                scene == .broker ? ["twap:12s/4", "pov:5%"] : ["none", "twap:12s/4", "pov:5%"])
            let bracket = scene == .broker ? "" : pick(["", "stop=0.3%,target=0.4%", "stop=0.3%"])
            return offset + (bracket.isEmpty ? [] : ["execution.bracket=\(bracket)"]) + [
                "execution.style=\(style)", "execution.slicing=\(slicing)", "execution.patience=4s",
            ]
        }
    }
}
