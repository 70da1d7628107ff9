/// supervisor: keeps the processes of a mesh as the compose file and people want them, and grants parts to them.
import Configuration
import Mesh
import Supervision

var command = Service.command(
    "supervisor", summary: "keep the processes of a mesh running, and divide work among them",
    discussion: """
        Starts the services of a compose file as processes, watches them, and starts them again. People talk to it \
        with `tradewind up`, `ps`, `scale`, `restart` and `down`. If it is killed its processes go on, and the next \
        supervisor adopts them. With --grant-only it starts nothing, and grants the parts of divided services to \
        whoever beats: in containers, something else starts them.
        """,
    examples: [.init("tradewind up -d", "starts it, with the services of compose/tradewind.yaml")])
command.options.append(
    .flag("grant-only", help: "Start nothing: grant parts to the processes that are heard."))

run(command) { parsed in
    var service = try Service("supervisor", parsed)
    if try service.verifies(Assigner()) { return }
    service.node.isReplay = false
    // Grants are few: a transcript of the size that market data need would only be memory that nobody uses.
    service.node.segmentSize = min(service.node.segmentSize, 1 << 20)
    guard parsed.flag("grant-only") else {
        return try service.run(Assigner(), source: Supervisor(service.settings, service.log))
    }
    let patience =
        service.settings.duration("mesh.beat_interval")
        * Int64(service.settings.integer("mesh.beats_missed_max"))
    try service.run(Assigner(), source: Assigning(patience: patience))
}
