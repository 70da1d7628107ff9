/// exchange: the venue that is always there. It takes orders over the mesh, and answers with broker reports.
import Configuration
import Exchange
import Mesh
import Trading

let command = Service.trading(
    "exchange", summary: "fill orders as a simulated exchange does",
    discussion:
        "Takes what execution asks of a venue and the bars of the market, and answers as a broker does, by the rules of the backtest."
)

run(command) { parsed in
    try Service.host(
        parsed, "exchange", { _ in TradingFlows.exchange }, setup: { $0.exchange }, as: ExchangeDesk.self)
}
