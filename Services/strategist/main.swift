/// strategist: shows strategies the market and their fills, and tells what they think.
import Backtesting
import Configuration
import Domain
import Mesh
import Strategies
import Trading

let command = Service.trading(
    "strategist", summary: "show strategies the market, and tell what they think",
    discussion:
        "Runs the strategies that trading.strategies names. They are divided into strategist.parts parts, which one "
        + "process or several own.", isDivided: true)

run(command) { parsed in
    var service = try Service("strategist", parsed, isDivided: true)
    let recorded = try service.recordedSettings()
    let plan = try DeskPlan(recorded ?? service.settings)
    func desk(of part: Part) throws -> DeskMachine<StrategyDesk> {
        DeskMachine(try plan.strategist { part.owns(.signal($0)) })
    }
    let parts = (recorded ?? service.settings).integer("strategist.parts")
    if try service.verifies(desk(of: service.verifiedPart(of: parts))) { return }
    try service.trade(TradingFlows.strategist)
    try service.warmUp(plan.strategist(), span: plan.span)
    try service.run { node in (try desk(of: node.part), NoEdge()) }
}
