/// features: tells after each instant what each symbol's bar shows beside those of the others.
import Configuration
import Domain
import Features
import Mesh

let command = Service.command(
    "features", summary: "publish the features of each symbol after each instant",
    discussion: """
        Takes the bars of the feed, and its quotes with features.quotes, and publishes a row of features for each symbol \
        that has a bar in an instant, on market/feature/SYMBOL: docs/features.md. What it takes and sends is in its \
        transcript, from which it recovers and is derived again, as with any service.
        """,
    examples: [
        .init(
            "features --set feed.symbols=AAPL,MSFT --set features.names=rsi_14,rank_momentum", "two features")
    ])

run(command) { parsed in
    var service = try Service("features", parsed)
    let settings = try service.recordedSettings() ?? service.settings
    let machine = DeskMachine<FeatureDesk>(try FeaturePlan(settings).setup)
    if try service.verifies(machine) { return }
    service.node.flows = [Flow("feed", "market/bar/"), Flow("feed", "market/step/feed.")]
    if settings.flag("features.quotes") { service.node.flows.append(Flow("feed", "market/quote/")) }
    service.node.replicas = ["feed": settings.list("mesh.feeds")]
    try service.run(machine)
}
