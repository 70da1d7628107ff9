import Configuration
import Domain
import Mesh
import Supervision

/// What the processes of a mesh last said about themselves.
struct Health {
    private let senders: [String: ProcessName]
    private var latest: [String: Beat] = [:]

    init(_ mesh: ControlledMesh) { senders = mesh.file.senders(mesh.settings) }

    mutating func hear(_ beat: Beat, from instance: String) { latest[instance] = beat }

    /// Whether a process was heard, and all parts that it holds.
    func isHeard(_ name: ProcessName) -> Bool {
        guard let (_, own) = beat(of: name) else { return false }
        return own.holds.allSatisfy { part($0, of: own.service) != nil }
    }

    /// The instances that a process is, each with its latest beat: itself, or the parts that it holds.
    func beats(of name: ProcessName) -> [(instance: String, beat: Beat)] {
        guard let (sender, own) = beat(of: name) else { return [] }
        guard own.shard.isEmpty, !own.holds.isEmpty else { return [(sender, own)] }
        return own.holds.map { held in
            // A part may have had another holder when it beat last.
            var (instance, beat) = part(held, of: own.service) ?? ("-", Beat(shard: held.shard))
            beat.state = held.state
            return (instance, beat)
        }
    }

    private func part(_ held: HeldPart, of service: String) -> (instance: String, beat: Beat)? {
        latest.first { $0.value.service == service && $0.value.shard == held.shard }.map {
            ($0.key, $0.value)
        }
    }

    private func beat(of name: ProcessName) -> (sender: String, beat: Beat)? {
        latest.filter { senders[$0.key] == name }.max { $0.value.startedAt < $1.value.startedAt }
            .map { ($0.key, $0.value) }
    }

    static func figure(_ name: String, _ beat: Beat) -> Int? {
        beat.counters.first { $0.name == name }.map { Int($0.value) }
    }

    static func write(_ instance: String, _ beat: Beat, to json: inout JSONWriter) {
        json.key("instance")
        json.string(instance)
        json.key("shard")
        json.string(beat.shard)
        json.key("state")
        json.string("\(beat.state)")
        json.key("lag_ns")
        json.integer(beat.lag)
        json.key("counters")
        json.object { json in
            for figure in beat.counters {
                json.key(figure.name)
                json.number(figure.value)
            }
        }
    }
}
