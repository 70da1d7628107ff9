/// supervisor: keeps the processes of a mesh as the compose file and people want them.
import Configuration
import Mesh
import Supervision

let command = CommandSpec(
    "supervisor", summary: "keep the processes of a mesh running",
    discussion: """
        Starts the services of a compose file as processes, watches them, and starts them again. People talk to it \
        with `tradewind up`, `ps`, `scale`, `restart` and `down`. If it is killed its processes go on, and the next \
        supervisor adopts them.
        """,
    options: .common,
    examples: [.init("tradewind up -d", "starts it, with the services of compose/tradewind.yaml")])

run(command) { parsed in
    let settings = try Settings.load(for: parsed)
    let log = try Log.open("supervisor", settings)
    try Supervisor(settings, log).run()
}
