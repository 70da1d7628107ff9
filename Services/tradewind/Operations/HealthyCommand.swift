import Configuration
import Domain
import Mesh

/// `tradewind healthy`: whether a service on this machine is ready, for the healthcheck of a container.
enum HealthyCommand {
    static let spec = CommandSpec(
        "healthy", summary: "tell whether a service of this machine is ready",
        discussion: """
            Reads what the service's processes leave in mesh.folder with each beat, and asks nobody: it needs no \
            network and no keys. Exits with 1 unless all of them are ready and have said so lately. For the mesh as a \
            whole, see doctor.
            """,
        arguments: [.argument("SERVICE", help: "relay, feed, historian, …")],
        examples: [.init("tradewind healthy relay", "as the healthcheck of the relay's container")])

    static func run(_ parsed: Parsed) throws {
        let settings = try Settings.load(for: parsed)
        let service = parsed.texts("SERVICE")[0]
        let folder = settings.path("mesh.folder")
        let patience =
            settings.duration("mesh.beat_interval") * Int64(settings.integer("mesh.beats_missed_max"))
        let readings = try Pulse.readings(of: service, in: folder)
        guard !readings.isEmpty else {
            throw Failure(
                "no \(service) runs with its sockets in \(folder); start one, or name its mesh.folder")
        }
        let faults = readings.compactMap { fault(of: $0, patience: patience) }
        guard faults.isEmpty else { throw Failure(faults.joined(separator: "; ")) }
        try Console.write("\(readings.map(\.instance).joined(separator: ", ")): ready\n")
    }

    private static func fault(of reading: Pulse.Reading, patience: Int64) -> String? {
        // A little ahead of us is the clock's grain; more is a clock that was set back.
        guard (-Nanoseconds.second...patience).contains(reading.age) else {
            return "\(reading.instance) gave its last sign of life \(reading.age / Nanoseconds.second) s ago"
        }
        guard let state = reading.state else { return "\(reading.instance) says nothing that is known" }
        return state == .ready ? nil : "\(reading.instance) is \(state)"
    }
}
