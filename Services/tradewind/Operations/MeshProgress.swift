import Configuration
import Domain
import Mesh

/// How a mesh comes up or goes down: a table that is drawn again in place, or a line for each change when piped.
struct MeshProgress: ~Copyable {
    private var block = LiveBlock()
    private var shown: [String: String] = [:]
    private let began = System.now

    mutating func show(_ state: MeshState) {
        let terminal = Terminal.standardOutput
        guard terminal.isTerminal else { return tell(state) }
        block.draw(PsCommand.table(state).lines(width: terminal.width, paint: terminal.paint))
    }

    /// A line for each process whose phase is another than before.
    private mutating func tell(_ state: MeshState) {
        var now: [String: String] = [:]
        for row in state.rows { now["\(row.name)"] = row.phase }
        for name in shown.keys.sorted() where now[name] == nil { say(name, "gone") }
        for row in state.rows where shown["\(row.name)"] != row.phase {
            say("\(row.name)", row.phase)
        }
        shown = now
    }

    private func say(_ name: String, _ phase: String) {
        Console.out("\(span(System.now.nanoseconds - began.nanoseconds))  \(name)  \(phase)\n")
    }

    mutating func finish() {}
}
