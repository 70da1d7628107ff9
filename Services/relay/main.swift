/// relay: carries the control lane, where services meet: beats, questions, commands and alarms.
import Configuration
import Mesh

let command = CommandSpec(
    "relay", summary: "carry the control lane of the mesh",
    discussion: """
        Every service connects to the relay's two addresses; everything else they learn from each other's beats. \
        Market data and orders do not pass through it, so established flows outlive it.
        """,
    options: .common,
    examples: [.init("relay --set mesh.folder=/run/tradewind", "use sockets in another folder")])

run(command) { parsed in
    let settings = try Settings.load(for: parsed)
    let log = try Log.open("relay", settings)
    let relay = try Relay(MeshSettings(settings), beatInterval: settings.duration("mesh.beat_interval"))
    relay.onRefusal = { log.warning("refused", ["sender": .text($0), "topic": .text($1)]) }
    log.info("started", ["at": .text(MeshSettings(settings).relayIn)])
    relay.run()
    log.info("stopped", ["passed": .integer(relay.passed), "refused": .integer(relay.refused)])
}
