/// portfolio: keeps the books of an account, and proposes what should be held.
import Configuration
import Mesh
import Portfolio
import Trading

let command = Service.trading(
    "portfolio", summary: "keep the account's books and propose orders",
    discussion:
        "Books what the venue reports, turns the signals of strategies into proposals, and tells of the account."
)

run(command) { parsed in
    try Service.host(
        parsed, "portfolio", { TradingFlows.portfolio(works: $0.works) }, setup: { $0.portfolio },
        as: PortfolioDesk.self)
}
