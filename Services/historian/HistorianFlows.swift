import Domain
import Mesh

/// What the historian takes, and of whom. Each part takes the topics whose keys fall in it, and every step.
enum HistorianFlows {
    static func all(withTrading: Bool) -> [Flow] { market + (withTrading ? trading : []) }

    private static let market = [
        Flow("feed", "market/bar/", isDivided: true), Flow("feed", Topic.corrections, isDivided: true),
        Flow("feed", "market/action/", isDivided: true), Flow("feed", Topic.standIns, isDivided: true),
        Flow("feed", "market/step/feed."),
    ]

    /// Each in the order in which a day's business goes: what was thought, proposed, judged and done.
    private static let trading =
        topics(of: "strategist", ["trading/signal/"])
        + topics(
            of: "portfolio",
            ["trading/account", "trading/position/", "trading/guard/proposal", "trading/proposal"])
        + topics(of: "risk", ["trading/guard/verdict", "trading/verdict", "trading/halt"])
        + topics(of: "execution", ["trading/order/"])

    private static func topics(of service: String, _ prefixes: [String]) -> [Flow] {
        prefixes.map { Flow(service, $0, isDivided: true) } + [Flow(service, "trading/step/\(service).")]
    }
}
