/// historian: stores what the mesh says for good, and answers questions about the past.
import Configuration
import Mesh

let command = Service.command(
    "historian", summary: "store market data and answer questions about the past",
    discussion: """
        Takes every bar of the feed exactly once, stores it in the database that historian.database names, and \
        answers questions for history in pages. Killed at any point, it goes on where its transcript and its database \
        agree. Its symbols are divided into historian.parts parts, which one process or several own.
        """, isDivided: true,
    examples: [.init("historian --set historian.database=bars.sqlite", "store in another file")])

run(command) { parsed in
    var service = try Service("historian", parsed, isDivided: true)
    if try service.verifies(Recorder()) { return }
    service.node.flows = [Flow("feed", "market/bar/", isDivided: true), Flow("feed", "market/step/feed.")]
    // Nobody goes in lock-step behind it: its steps show the feeds how far it is.
    service.node.passesEachStep = false
    service.node.replicas = ["feed": service.settings.list("mesh.feeds")]
    try service.run { [settings = service.settings, log = service.log] node in
        (Recorder(), try BarEdge(settings, node, log: log))
    }
}
