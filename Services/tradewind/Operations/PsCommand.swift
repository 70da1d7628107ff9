import Configuration
import Domain
import Mesh
import Supervision

/// `tradewind ps`: the processes of the mesh.
enum PsCommand {
    static let spec = CommandSpec(
        "ps", summary: "list the processes of the mesh",
        discussion: "What the supervisor last saw. It works while supervisor and relay are dead.",
        options: [.flag("json", help: "Print JSON.")] + ControlledMesh.options,
        examples: [.init("tradewind ps", "who runs, since when, and why somebody ended")])

    static func run(_ parsed: Parsed) throws {
        let state = try MeshState(ControlledMesh(parsed))
        if parsed.flag("json") { return try Console.write(json(state) + "\n") }
        guard !state.rows.isEmpty else { return try Console.write("nothing is running\n") }
        let terminal = Terminal.standardOutput
        try Console.write(
            table(state).text(width: terminal.isTerminal ? terminal.width : nil, paint: terminal.paint))
        if state.supervisor == nil {
            Console.error(
                "tradewind: no supervisor is at work; `tradewind up -d` starts one that adopts these\n")
        }
    }

    static func table(_ state: MeshState) -> Table {
        let now = System.now
        var table = Table(columns: [
            .text("process"), .text("state"), .number("pid"), .number("runs for"), .number("restarts"),
            .text("last end"),
        ])
        for row in state.rows {
            table.add(
                [
                    "\(row.name)", row.phase, row.process.map(String.init) ?? "-", row.runs.map(span) ?? "-",
                    "\(row.restarts)", MeshState.reason(row.exit, at: now),
                ], style: MeshState.style(row.phase))
        }
        return table
    }

    static func json(_ state: MeshState, _ health: Health? = nil) -> String {
        var json = JSONWriter()
        json.object { json in
            json.key("supervisor")
            state.supervisor.map { json.integer($0) } ?? json.null()
            json.key("processes")
            json.array { json in
                for row in state.rows { json.object { write(row, health, to: &$0) } }
            }
        }
        return json.text
    }

    private static func write(_ row: MeshState.Row, _ health: Health?, to json: inout JSONWriter) {
        json.key("name")
        json.string("\(row.name)")
        json.key("service")
        json.string(row.name.service)
        json.key("state")
        json.string(row.phase)
        json.key("pid")
        row.process.map { json.integer($0) } ?? json.null()
        json.key("runs_ns")
        row.runs.map { json.integer($0) } ?? json.null()
        json.key("restarts")
        json.integer(row.restarts)
        json.key("adopted")
        json.flag(row.isAdopted)
        json.key("last_exit")
        if let exit = row.exit { json.object { exit.write(to: &$0) } } else { json.null() }
        guard let health else { return }
        json.key("instances")
        json.array { json in
            for (instance, beat) in health.beats(of: row.name) {
                json.object { Health.write(instance, beat, to: &$0) }
            }
        }
    }
}
