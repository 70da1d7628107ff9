/// broker: stands in the place of the simulated exchange. It carries orders to a broker, and tells what becomes of them.
import Brokers
import BrokerEdges
import Configuration
import Domain
import Mesh
import Trading

var command = Service.trading(
    "broker", summary: "carry orders to a broker, and hold the books against the broker's",
    discussion: """
        Stands in the place of exchange where execution.mode names a broker: docs/brokers.md. It is ready when it is \
        reconciled; `tradewind reconcile` shows what differs.
        """)

command.options.append(
    .flag(
        "i-understand-this-trades-real-money",
        help:
            "Say so, where execution.mode ends with live; the setting of this name under broker does the same."
    ))

run(command) { parsed in
    var service = try Service("broker", parsed)
    let settings = try service.recordedSettings() ?? service.settings
    let machine = DeskMachine<BrokerDesk>(try BrokerPlan.setup(settings))
    if try service.verifies(machine) { return }
    try LiveGate.check(settings, isSaid: parsed.flag("i-understand-this-trades-real-money"))
    try service.trade(TradingFlows.broker)
    let says: (String) -> Void = { [log = service.log] in log.info("broker", ["text": .text($0)]) }
    let edge = BrokerEdge(
        try BrokerPlan.broker(settings, says),
        folder: try StandingFolder(in: settings.path("state.folder"), says: says), log: says)
    try service.run(machine, edge: edge, source: edge)
}
