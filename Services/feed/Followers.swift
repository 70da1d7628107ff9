import Configuration
import Mesh

/// Who must keep up with a replay, as `feed.followers` says.
struct Followers {
    /// Instances, with all parts of a service that is divided.
    let nodes: [String]

    /// A broker stands where the simulated exchange stands, so the exchange's name means whoever fills the orders:
    /// `execution.mode` alone decides that.
    init(_ names: [String], _ settings: Configuration.Settings) {
        let hasBroker = settings.text("execution.mode") != "simulated"
        nodes = names.map { name in
            guard hasBroker, Followers.service(of: name) == "exchange" else { return name }
            return "broker" + name.dropFirst("exchange".count)
        }
    }

    /// The services of trading among them: their steps show how far they are.
    var trading: [String] {
        Set(nodes.map(Followers.service)).subtracting(["historian", "features"]).sorted()
    }

    func contains(_ service: String) -> Bool { nodes.contains { Followers.service(of: $0) == service } }

    private static func service(of name: String) -> String { String(name.prefix { $0 != "." }) }
}
