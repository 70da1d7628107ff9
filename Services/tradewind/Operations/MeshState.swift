import Configuration
import Domain
import Mesh
import Supervision

/// A mesh of processes at one moment, a row each: those that are wanted, and those that still run.
struct MeshState {
    struct Row {
        var name: ProcessName
        /// One word: ready, starting, waiting, stopping, ended, given up, stopped, lost.
        var phase: String
        var process: Int?
        /// In nanoseconds; nothing where it does not run.
        var runs: Int64?
        var restarts = 0
        var exit: ProcessExit?
        var isAdopted = false
        var isWanted = true

        var isSettled: Bool {
            isWanted ? ["ready", "ended", "given up", "stopped"].contains(phase) : process == nil
        }
    }

    let rows: [Row]
    /// The supervisor's number; nothing where none is at work.
    let supervisor: Int?
    let isDown: Bool

    init(_ mesh: ControlledMesh, _ wanted: WantedState? = nil) throws {
        let wanted = try wanted ?? WantedState.read(mesh.folder.path)
        let seen = try SeenState.read(mesh.folder.path) ?? SeenState()
        let ending = seen.supervisor.flatMap { $0.lives ? $0 : nil }
        supervisor = (mesh.folder.supervisor ?? ending).map { Int($0.number) }
        isDown = wanted.isDown || wanted.file.isEmpty
        let names = mesh.names(wanted)
        let now = System.now
        var rows: [Row] = []
        for process in seen.processes {
            let isWanted = names.contains(process.name)
            let lives = process.identity?.lives ?? false
            guard isWanted || lives else { continue }
            var row = Row(name: process.name, phase: process.phase.word, isWanted: isWanted)
            if lives {
                row.process = process.identity.map { Int($0.number) }
                row.runs = max(0, now.nanoseconds - process.startedAt.nanoseconds)
            } else if ["starting", "ready", "stopping"].contains(row.phase) {
                // It has just ended, or there is nobody who would see it.
                row.phase = supervisor == nil ? "lost" : "waiting"
            }
            row.restarts = process.restarts
            row.exit = process.lastExit
            row.isAdopted = process.isAdopted
            rows.append(row)
        }
        for name in names where !rows.contains(where: { $0.name == name }) {
            rows.append(Row(name: name, phase: supervisor == nil ? "lost" : "waiting"))
        }
        // A service that somebody stopped is shown, once: it is part of the mesh, and does not run.
        for service in mesh.services where !rows.contains(where: { $0.name.service == service.name }) {
            guard !isDown, let said = wanted.services[service.name] else { continue }
            if said.isWanted, (said.replicas ?? service.replicas) > 0 { continue }
            let exit = seen.exits.last { $0.name.service == service.name }?.exit
            rows.append(Row(name: ProcessName(service.name, 1), phase: "stopped", exit: exit))
        }
        self.rows = rows.sorted { $0.name < $1.name }
    }

    var isSettled: Bool { rows.allSatisfy(\.isSettled) }

    static func style(_ phase: String) -> Style {
        switch phase {
        case "ready": .green
        case "given up", "lost": .red
        case "stopped", "ended": .dim
        default: .yellow
        }
    }

    /// Why a process ended last, and when, on one line.
    static func reason(_ exit: ProcessExit?, at now: Timestamp) -> String {
        guard let exit else { return "" }
        let ago = "\(span(now.nanoseconds - exit.at.nanoseconds)) ago"
        if exit.isAsked { return "asked, \(ago)" }
        return "\(exit.text), \(ago)" + (exit.lastLine.isEmpty ? "" : ": \(exit.lastLine)")
    }
}

/// A span of time as people say it: `0.3s`, `12s`, `3m 5s`, `2h 10m`, `4d 2h`.
func span(_ nanoseconds: Int64) -> String {
    let tenths = max(0, nanoseconds) / 100_000_000
    let seconds = tenths / 10
    switch seconds {
    case ..<10: return "\(seconds).\(tenths % 10)s"
    case ..<60: return "\(seconds)s"
    case ..<3600: return "\(seconds / 60)m \(seconds % 60)s"
    case ..<86400: return "\(seconds / 3600)h \(seconds / 60 % 60)m"
    default: return "\(seconds / 86400)d \(seconds / 3600 % 24)h"
    }
}
