import Domain

/// Relay, feed and the services of trading as processes on this machine, which replay files of bars in lock-step.
struct TradingMesh {
    static let services = ["exchange", "strategist", "portfolio", "risk", "execution"]

    let folder: String
    let files: [String]
    /// Files of what companies did.
    var actions: [String] = []
    let span: Int64
    /// What the services are told on their command lines: the settings of whoever runs it.
    let words: [String]
    /// Who fills the orders: `exchange`, or `broker` in its place.
    var venue = "exchange"
    /// What came of it is in a database too.
    var hasHistorian = false
    /// Into how many parts the strategies are divided.
    var parts = 1
    /// Strategies that decide beside the others and trade nothing; where there are none, there is no shadow.
    var shadow: [String] = []

    private var services: [String] {
        TradingMesh.services.map { $0 == "exchange" ? venue : $0 } + (shadow.isEmpty ? [] : ["shadow"])
    }
    /// The processes that trade, by their names.
    var names: [String] { members.map(\.name) }
    /// How many of its services keep a transcript: all that trade, the feed, and the historian.
    var writers: Int { members.count + (hasHistorian ? 2 : 1) }
    var database: String { "\(folder)/history.sqlite" }

    func local() throws -> LocalMesh {
        let followers =
            (hasHistorian ? ["historian"] : []) + services.map { $0 == "strategist" ? $0 : "\($0).1" }
        var own = [
            "mesh.transport=ipc", "mesh.replay=true", "mesh.feeds=feed.1", "feed.source=csv",
            "feed.csv_files=\(files.joined(separator: ","))", "feed.symbols=",
            "feed.actions=\(actions.joined(separator: ","))",
            "feed.span=\(Interval(nanoseconds: span))", "feed.followers=\(followers.joined(separator: ","))",
        ]
        // Nobody scales it, and one transcript is easier to look into than seven.
        if hasHistorian { own += ["historian.database=\(database)", "historian.parts=1"] }
        return try LocalMesh(folder, common: words + TradingMesh.sets(own))
    }

    /// The feed comes last, and goes so many times faster than time.
    func start(_ mesh: LocalMesh, speed: Double) throws {
        try mesh.add("relay", "relay")
        for (name, service, own) in members { try mesh.add(name, service, own) }
        if hasHistorian { try mesh.add("historian", "historian") }
        try mesh.add("feed.1", "feed", TradingMesh.sets(["feed.speed=\(speed)"]))
    }

    /// Each process by its name. Where strategies are divided, each part has one of its own.
    private var members: [(name: String, service: String, own: [String])] {
        services.flatMap { service -> [(name: String, service: String, own: [String])] in
            switch service {
            case "strategist" where parts > 1:
                (1...parts).map {
                    ("strategist-\($0)", service, ["--parts", "\($0)", "--replica", "strategist-\($0)"])
                }
            case "shadow":
                [
                    (
                        service, service,
                        TradingMesh.sets(["trading.shadow=\(shadow.joined(separator: ","))"])
                    )
                ]
            default: [(service, service, [])]
            }
        }
    }

    static func sets(_ settings: [String]) -> [String] { settings.flatMap { ["--set", $0] } }
}
