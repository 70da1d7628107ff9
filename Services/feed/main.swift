/// feed: brings market data into the mesh, here a replay of files or an invented market.
import Configuration
import Domain
import Mesh
import Providers

let command = Service.command(
    "feed", summary: "bring market data into the mesh",
    discussion: """
        Replays CSV files (feed.source: csv), an invented market (feed.source: synthetic) or what an earlier feed said \
        (feed.source: transcript), instant by instant and at most mesh.window_steps ahead of its followers; or brings in a \
        live market (feed.source: stream), for which nobody is waited for. Started again after whatever happened, it goes \
        on after the last instant that it completed; what a live market did meanwhile is asked of the providers' history.
        """,
    examples: [
        .init(
            "feed --set feed.source=csv --set feed.csv_files=config/sample/AAPL.csv --set feed.span=1d",
            "replay a file"),
        .init(
            "feed --set feed.source=transcript --set feed.transcript=yesterday", "say an earlier day again"),
        .init("feed --set feed.source=stream --set feed.symbols=AAPL,MSFT", "bring in a live market"),
    ])

run(command) { parsed in
    var service = try Service("feed", parsed)
    let followers = Followers(service.nodes("feed.followers"), service.settings)
    service.node.takers = followers.nodes
    let settings = try service.recordedSettings() ?? service.settings
    if settings.text("feed.source") == "stream" {
        let gate = gatekeeper(settings)
        if try service.verifies(gate) { return }
        let live = try LiveFeed(LiveSettings(settings), settings, service.log)
        return try service.run(gate, source: live)
    }
    if try service.verifies(Messenger()) { return }
    service.node.flows = [Flow("historian", "market/step/", role: .watched, start: .latest)]
    service.node.flows += followers.trading.map {
        Flow($0, "trading/step/\($0).", role: .watched, start: .latest)
    }
    if followers.contains("features") {
        service.node.flows.append(Flow("features", "market/step/features.", role: .watched, start: .latest))
    }
    service.node.followers = followers.nodes
    if service.settings.text("feed.source") == "transcript" {
        _ = try inventedQuotes(service.settings)
        return try service.run(Messenger(), source: PastDay(service.settings))
    }
    let source = try Replay(
        replayInstants(service.settings), with: inventedQuotes(service.settings),
        of: Interval(service.settings.text("feed.span")), through: gatekeeper(service.settings),
        speed: service.settings.number("feed.speed"))
    try service.run(Messenger(), source: source)
}
