/// shadow: decides once more on the messages that the live services take; its orders go nowhere.
import Backtesting
import Configuration
import Domain
import Mesh
import Trading

let command = Service.trading(
    "shadow", summary: "decide beside the live services, and trade nothing",
    discussion:
        "Runs the strategies of trading.shadow, or those of trading.strategies, with books, limits and execution of their "
        + "own, on the market and the fills of the live account. `tradewind diff` holds what it decides against the live "
        + "decisions.")

run(command) { parsed in
    var service = try Service("shadow", parsed)
    let settings = try service.recordedSettings() ?? service.settings
    let plan = try DeskPlan(settings, strategies: settings.list("trading.shadow"))
    let machine = DeskMachine<ShadowDesk>(try ShadowDesk.Setup(plan))
    if try service.verifies(machine) { return }
    try service.trade(TradingFlows.shadow)
    try service.warmUp(plan.strategist(), span: plan.span)
    try service.run(machine)
}
