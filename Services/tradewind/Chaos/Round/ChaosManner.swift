import Domain
import Statistics

/// How a round's account trades what was approved. Which it is follows from the campaign's seed and the round's number, and so that
/// each is played in each scene where it may be.
enum ChaosManner: String, CaseIterable {
    /// Each order is sent as it was approved.
    case plain
    /// Positions have stops and targets, which rest at the venue.
    case guarded
    /// Approvals are worked over time. None has a bracket: where several strategies hold one symbol, the exit of one takes from
    /// what protects another's.
    case worked

    /// Where services trade at a broker's, they refuse stops, targets and `execution.*`.
    private static let isKnownAtBrokers = false

    init(seed: UInt64, round: Int, at scene: ChaosPlan.Scene) {
        let place = Int((seed &+ UInt64(round)) % UInt64(ChaosManner.allCases.count))
        let isPlain = scene == .broker && !ChaosManner.isKnownAtBrokers
        self = isPlain ? .plain : ChaosManner.allCases[place]
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
            return offset + [
                "execution.style=\(style)",
                "execution.slicing=\(pick(["none", "twap:12s/4", "pov:5%"]))", "execution.patience=4s",
            ]
        }
    }
}
