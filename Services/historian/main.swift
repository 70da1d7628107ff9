/// historian: stores what the mesh says for good, and answers questions about the past.
import Configuration
import Mesh
import Storage

let command = Service.command(
    "historian", summary: "store market data and answer questions about the past",
    discussion: """
        Takes every bar of the feed exactly once, and with historian.trading every durable message of trading, stores \
        them in the file that historian.database names or on the PostgreSQL server of historian.postgres, and answers \
        questions for history in pages. Killed at any point, it goes on where its transcript and its database agree. \
        Its symbols are divided into historian.parts parts, which one process or several own.
        """, isDivided: true,
    examples: [.init("historian --set historian.database=bars.sqlite", "store in another file")])

run(command) { parsed in
    var service = try Service("historian", parsed, isDivided: true)
    if try service.verifies(Recorder()) { return }
    service.node.flows = HistorianFlows.all(withTrading: service.settings.flag("historian.trading"))
    // Nobody goes in lock-step behind it: its steps show the feeds how far it is.
    service.node.passesEachStep = false
    service.node.replicas = [
        "feed": service.settings.list("mesh.feeds"),
        "strategist": Part.all(service.settings.integer("strategist.parts")).map {
            "strategist.\($0.number)"
        },
    ]
    try service.run { [settings = service.settings, log = service.log] node in
        let server = settings.text("historian.postgres")
        guard !server.isEmpty else { return (Recorder(), try FileEdge(settings, node, log: log)) }
        let address = PostgresAddress(server, password: settings.secret("historian.postgres_password") ?? "")
        return (Recorder(), try ServerEdge(address, settings, node, log: log))
    }
}
