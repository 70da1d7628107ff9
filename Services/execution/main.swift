/// execution: sends what risk approves to the venue, and follows each order to its end.
import Configuration
import Execution
import Mesh
import Trading

let command = Service.trading(
    "execution", summary: "send what is approved, and follow each order to its end",
    discussion:
        "Makes orders of approvals, sends them to the venue, and tells what becomes of each.")

run(command) { parsed in
    try Service.host(
        parsed, "execution", { TradingFlows.execution(works: $0.works) }, setup: { $0.execution },
        as: ExecutionDesk.self)
}
