import Domain
import Mesh

/// What each desk takes of whom, in the order in which it takes it within an instant of a replay.
///
/// Feedback comes first, of the instant before. An instant's fills come before its bars, those before what is said of
/// them, and each desk passes the step on, so that execution is the last to have it. What execution asks of the exchange
/// is its feedback: there is no circle within an instant.
public enum TradingFlows {
    /// A broker takes what is asked of it as it comes, and tells what it has heard with the steps of the market.
    public static let broker =
        [Flow("execution", "trading/venue/", role: .atOnce)] + market

    public static let exchange = steps(of: "execution", .feedback, ["trading/venue/"]) + market

    public static let strategist = steps(of: "exchange", .forward, ["trading/broker/"]) + market

    /// Where approvals are worked over time execution tells when one is over, and has to see the bars.
    public static func portfolio(works: Bool) -> [Flow] {
        steps(of: "risk", .feedback, ["trading/guard/verdict", "trading/verdict", "trading/halt"])
            + (works ? worked : []) + forPortfolio
    }

    public static func risk(works: Bool) -> [Flow] { (works ? worked : []) + forRisk }

    public static func execution(works: Bool) -> [Flow] {
        steps(of: "exchange", .forward, ["trading/broker/"]) + (works ? market : actions)
            + steps(of: "risk", .forward, ["trading/guard/verdict", "trading/verdict", "trading/halt"])
    }

    private static let worked = steps(of: "execution", .feedback, ["trading/worked/"])

    private static let forPortfolio =
        steps(of: "exchange", .forward, ["trading/broker/", "trading/funds/"]) + market
        + steps(of: "strategist", .forward, ["trading/signal/"])

    private static let forRisk =
        steps(of: "exchange", .forward, ["trading/broker/"]) + market + standIns
        + steps(
            of: "portfolio", .forward,
            ["trading/account", "trading/guard/proposal", "trading/position/", "trading/proposal"])

    /// Who hears people, and whose silence each of them must notice.
    public static let watched = ["risk": ["feed"], "execution": ["risk", "feed"]]

    /// A shadow takes what comes to the account from outside, with what people told the live services and when; the rest it
    /// decides for itself.
    public static let shadow =
        steps(of: "risk", .forward, ["trading/told/risk"])
        + steps(of: "execution", .forward, ["trading/told/execution"])
        + steps(of: "exchange", .forward, ["trading/broker/", "trading/funds/"]) + market + standIns

    /// An action has an instant of its own, before the first bar of its ex-date: who takes it goes by the feed's steps.
    private static let actions = [Flow("feed", "market/action/"), Flow("feed", "market/step/feed.")]
    private static let market = [Flow("feed", "market/bar/")] + actions

    /// Which bars were not there in time: for who asks how old data are.
    private static let standIns = [Flow("feed", Topic.standIns)]

    private static func steps(of service: String, _ role: Flow.Role, _ prefixes: [String]) -> [Flow] {
        (prefixes + ["trading/step/\(service)."]).map { Flow(service, $0, role: role) }
    }
}
