import Configuration
import Domain

/// What was last seen of providers, kept between runs for `tradewind data providers`.
public enum ProviderHealth {
    public struct Seen: Equatable, Sendable {
        public var at: Timestamp
        public var text: String
    }

    private static func path(_ settings: Configuration.Settings) -> String {
        "\(settings.path("state.folder"))/providers.json"
    }

    /// Nothing where the file is not there or is not ours.
    public static func last(_ settings: Configuration.Settings) -> [String: Seen] {
        guard let bytes = (try? SmallFile.read(path(settings))) ?? nil, let document = try? JSONValue(bytes),
            case .object(let members) = document
        else { return [:] }
        var seen: [String: Seen] = [:]
        for member in members {
            guard let at = member.value["at"]?.text, let moment = try? Timestamp(at),
                let text = member.value["text"]?.text
            else { continue }
            seen[member.key] = Seen(at: moment, text: text)
        }
        return seen
    }

    /// Adds what a run saw. A state that cannot be written is not worth a failure: it is told by the next run again.
    public static func record(
        _ healths: [(name: String, text: String)], at now: Timestamp, _ settings: Configuration.Settings
    ) {
        guard !healths.isEmpty else { return }
        var seen = last(settings)
        for health in healths { seen[health.name] = Seen(at: now, text: health.text) }
        var json = JSONWriter()
        json.object { json in
            for (name, seen) in seen.sorted(by: { $0.key < $1.key }) {
                json.key(name)
                json.object { json in
                    json.key("at")
                    json.string("\(seen.at)")
                    json.key("text")
                    json.string(seen.text)
                }
            }
        }
        try? SmallFile.makeFolders(settings.path("state.folder"))
        try? SmallFile.write(json.bytes + [0x0A], to: path(settings))
    }
}
