import Configuration
import Domain
import Mesh
import Supervision

/// `tradewind status`: how the mesh is, by its own beats.
enum StatusCommand {
    static let spec = CommandSpec(
        "status", summary: "show how each service is, by its own beats",
        discussion: """
            Listens for as long as two beats take, then prints a row for each instance: state, lag, counters, \
            restarts, and why it ended last. A process that runs and is not heard is silent: it hangs, or the relay \
            is dead. Exits with 1 if anything is not ready.
            """,
        options: [.flag("json", help: "Print JSON.")] + ControlledMesh.options,
        examples: [.init("tradewind status", "exit 0 if all is well")])

    static func run(_ parsed: Parsed) throws {
        Stop.listen()
        let mesh = try ControlledMesh(parsed)
        let state = try MeshState(mesh)
        let running = state.rows.filter { $0.process != nil }
        var health = Health(mesh)
        if !running.isEmpty {
            let lookout = try Lookout(MeshSettings(mesh.settings), as: "watcher.1")
            let end = System.now.adding(mesh.settings.duration("mesh.beat_interval") * 5 / 2)
            while System.now < end, !Stop.isAsked, running.contains(where: { !health.isHeard($0.name) }) {
                lookout.wait(50)
                lookout.beats { health.hear($1, from: $0) }
            }
        }
        if parsed.flag("json") {
            try Console.write(PsCommand.json(state, health) + "\n")
        } else if state.rows.isEmpty {
            try Console.write("nothing is running\n")
        } else {
            let terminal = Terminal.standardOutput
            try Console.write(
                table(state, health, at: System.now).text(
                    width: terminal.isTerminal ? terminal.width : nil, paint: terminal.paint)
                    + Standing(state.rows.flatMap { health.beats(of: $0.name) }.map(\.beat)).text)
        }
        let isWell = state.rows.allSatisfy { row in
            guard row.phase != "stopped" else { return true }
            let beats = health.beats(of: row.name)
            return !beats.isEmpty && beats.allSatisfy { $0.beat.state == .ready }
        }
        if !isWell || state.rows.isEmpty { throw Failure("", exitCode: 1) }
    }

    static func table(_ state: MeshState, _ health: Health, at now: Timestamp) -> Table {
        var table = Table(columns: [
            .text("process"), .text("instance"), .text("state"), .number("lag"), .number("taken"),
            .number("sent"), .number("gaps"), .number("runs for"), .number("restarts"), .text("last end"),
        ])
        for row in state.rows {
            let runs = row.runs.map(span) ?? "-"
            let last = MeshState.reason(row.exit, at: now)
            let beats = health.beats(of: row.name)
            for (instance, beat) in beats {
                let word = row.process == nil ? row.phase : "\(beat.state)"
                table.add(
                    [
                        "\(row.name)", instance, word, beat.lag > 0 ? span(beat.lag) : "-",
                        whole("taken", beat), whole("sent", beat), whole("gaps", beat), runs,
                        "\(row.restarts)", last,
                    ], style: MeshState.style(word))
            }
            if beats.isEmpty {
                let word = row.phase == "ready" ? "silent" : row.phase
                table.add(
                    ["\(row.name)", "-", word, "-", "-", "-", "-", runs, "\(row.restarts)", last],
                    style: MeshState.style(word))
            }
        }
        return table
    }

    private static func whole(_ name: String, _ beat: Beat) -> String {
        Health.figure(name, beat).map(String.init) ?? "-"
    }
}
