import Configuration
import Domain
import Mesh
import Supervision

/// What the processes of a mesh last said about themselves.
struct Health {
    private var latest: [String: Beat] = [:]

    mutating func hear(_ beat: Beat, from instance: String) { latest[instance] = beat }

    /// The instances that a process is, each with its latest beat.
    func beats(of name: ProcessName) -> [(instance: String, beat: Beat)] {
        latest.filter { Instance.process(of: $0.key) == name }.sorted { $0.key < $1.key }
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
