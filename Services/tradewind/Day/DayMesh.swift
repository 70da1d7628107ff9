import Configuration
import Domain
import Mesh
import Statistics

/// The services of trading as processes, replaying a day's bars in lock-step; some are killed on the way if that is asked
/// for.
struct DayMesh {
    let folder: String
    let bars: DayBars
    /// What the services are told on their command lines: the settings of whoever runs the day.
    let words: [String]
    /// Into how many parts the strategies are divided.
    var parts = 1
    var speed = 0.0
    var kills = 0
    var seed: UInt64 = 1
    /// Strategies that decide beside the others and trade nothing; where there are none, there is no shadow.
    var shadow: [String] = []
    var say: (String) -> Void = { _ in }

    /// How long a replay lasts that is to be struck, a blow each second.
    private static let blowEvery = Nanoseconds.second

    func run() throws {
        let mesh = try trading.local()
        defer { mesh.stop() }
        try trading.start(mesh, speed: pace)
        try watch(mesh)
    }

    private var trading: TradingMesh {
        var mesh = TradingMesh(
            folder: folder, files: bars.files, actions: bars.actions, span: bars.span, words: words)
        (mesh.parts, mesh.shadow) = (parts, shadow)
        return mesh
    }

    /// Who is killed on the way needs a way that lasts.
    private var pace: Double {
        guard kills > 0, speed == 0 else { return speed }
        let way = Double(bars.last.nanoseconds - bars.first.nanoseconds)
        return min(1_000_000, max(1, way / Double(DayMesh.blowEvery * Int64(kills + 1))))
    }

    private func watch(_ mesh: LocalMesh) throws {
        let watcher = try Watcher(mesh.settings)
        var random = SeededGenerator(seed: seed)
        var begun: Timestamp?
        var blows = 0
        // Execution is the last of the chain, and a shadow stands beside it.
        var awaited: Set<String> = shadow.isEmpty ? ["execution"] : ["execution", "shadow"]
        var isOver: Bool { awaited.isEmpty }
        while !isOver, !Stop.isAsked {
            watcher.look(for: 50) { message in
                guard case .beat(let beat) = message.body, awaited.contains(beat.service) else { return }
                let figures = Dictionary(beat.counters.map { ($0.name, $0.value) }, uniquingKeysWith: { $1 })
                if figures["taken"] ?? 0 > 0, begun == nil { begun = System.now }
                if figures["over"] == 1 { awaited.remove(beat.service) }
            }
            for problem in try mesh.mend() { say(problem) }
            guard let begun, !isOver, blows < kills else { continue }
            guard System.now >= begun.adding(DayMesh.blowEvery * Int64(blows + 1)) else { continue }
            blows += 1
            // The feed comes last, and goes on as fast as it is let.
            let victims = trading.names + ["relay"]
            let name = blows == kills ? "feed.1" : victims[Int(random.next() % UInt64(victims.count))]
            say("killed \(name)")
            try mesh.strike(name, name == "feed.1" ? TradingMesh.sets(["feed.speed=\(speed)"]) : [])
        }
        if Stop.isAsked { throw Failure("stopped before the day was over", exitCode: 130) }
        if blows < kills { say("the day was over after \(blows) kills of \(kills)") }
    }
}
