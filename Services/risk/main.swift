/// risk: approves or rejects each proposal, and halts trading when a limit of the account is broken.
import Configuration
import Mesh
import Risk
import Trading

let command = Service.trading(
    "risk", summary: "approve or reject what is proposed, and halt trading",
    discussion:
        "Judges each proposal by every limit, and halts trading when a limit of the account is broken.")

run(command) { parsed in
    try Service.host(
        parsed, "risk", { TradingFlows.risk(works: $0.works) }, setup: { $0.risk }, as: RiskDesk.self)
}
