import Configuration
import Domain
import Statistics

/// What is done to the mesh of a round, and when. All of it follows from the campaign's seed and the round's number.
struct ChaosPlan {
    /// Where a round is played.
    enum Scene: String, CaseIterable {
        /// The services, with the simulated exchange among them.
        case paper
        /// The same on a disk that is small enough to be filled.
        case disk
        /// With the broker's service in the place of the exchange, against `tradewind exchange`, which misbehaves.
        case broker
    }

    enum Deed {
        /// Killed at one moment, and started again after a pause.
        case kill([String], pause: Int64)
        /// Ended in good order, and started again.
        case restart(String)
        case stop(String, span: Int64)
        case fill(span: Int64)
        case harm(VenueHarm)
    }

    struct Blow {
        /// Since the feed began.
        let at: Int64
        let deed: Deed
    }

    let seed: UInt64
    let round: Int
    let scene: Scene
    let manner: ChaosManner
    let strategies: [String]
    /// Beside those of every round.
    let settings: [String]
    let blows: [Blow]

    /// The last blow falls while there is still something to lose.
    private static let blowsUntil = 9_000 * Nanoseconds.millisecond
    private static let blowsFrom = 200 * Nanoseconds.millisecond

    /// Every fourth round is played on a small disk, and every fourth at a broker's, if that is among the scenes. Where one is
    /// named, nobody else is struck.
    init(seed: UInt64, round: Int, scenes: Set<Scene>, victim: String? = nil) {
        self.seed = seed
        self.round = round
        var chance = SeededGenerator(seed: seed &* 0x9E37_79B9 &+ UInt64(round))
        let wanted: Scene = round % 4 == 3 ? .broker : round % 4 == 1 ? .disk : .paper
        let scene = scenes.contains(wanted) ? wanted : .paper
        self.scene = scene
        manner = ChaosManner(seed: seed, round: round, at: scene)
        strategies = ChaosPlan.strategies(scene, &chance)
        // Chances of their own: what else is done in a round is the same in any manner.
        var choices = SeededGenerator(seed: seed &* 0xC2B2_AE3D &+ UInt64(round))
        settings =
            [
                "state.snapshot_segments=\([0, 1, 4][chance.index(below: 3)])",
                // A broker does not take parts of a share in every order.
                "backtest.whole_shares=\(chance.index(below: 2) == 0 || scene == .broker)",
                "strategist.parts=\(1 + chance.index(below: 3))",
                // On margin the exchange's own ledger keeps worths too, and not only cash and quantities.
                "backtest.margin=\(scene != .broker && chance.index(below: 2) == 0 ? "reg_t" : "cash")",
            ] + manner.settings(&choices)
        var blows: [Blow] = []
        for _ in 0..<(4 + chance.index(below: 5)) {
            let way = Int(ChaosPlan.blowsUntil - ChaosPlan.blowsFrom)
            let at = ChaosPlan.blowsFrom + Int64(chance.index(below: way))
            blows.append(Blow(at: at, deed: ChaosPlan.deed(scene, isFirst: blows.isEmpty, &chance)))
        }
        if let victim {
            blows = ChaosPlan.names(scene).contains(victim) ? ChaosPlan.kills(of: victim, &chance) : []
        }
        self.blows = blows.sorted { $0.at < $1.at }
    }

    /// So far from each other that each tells how long it takes to be back.
    private static func kills(of victim: String, _ chance: inout SeededGenerator) -> [Blow] {
        stride(from: 1_000, through: 8_500, by: 2_500).map { at in
            Blow(
                at: Int64(at + chance.index(below: 500)) * Nanoseconds.millisecond,
                deed: .kill([victim], pause: 0))
        }
    }

    /// At a broker's fewer orders are sent: each is a request, and what is asked for at the end comes on one page.
    private static func strategies(_ scene: Scene, _ chance: inout SeededGenerator) -> [String] {
        let quick = [
            "sma-crossover fast=3 slow=8", "sma-crossover fast=4 slow=15", "sma-crossover fast=2 slow=12",
        ]
        if scene == .broker {
            return [
                "sma-crossover fast=\(5 + chance.index(below: 4)) slow=25", "sma-crossover fast=9 slow=40",
                "donchian",
            ]
        }
        let others = ["donchian", "mean-reversion short=false", "bollinger-reversal", "rsi-reversal"]
        let other = chance.index(below: others.count)
        return [
            quick[chance.index(below: quick.count)], others[other], others[(other + 1) % others.count],
        ]
    }

    /// Who is in a round, by the names that its processes have.
    static func names(_ scene: Scene) -> [String] {
        let venue = scene == .broker ? "broker" : "exchange"
        let all = ["relay", "feed.1", "historian", "strategist", "portfolio", "risk", "execution", venue]
        return all + (scene == .broker ? [VenueProcess.name] : [])
    }

    private static func deed(_ scene: Scene, isFirst: Bool, _ chance: inout SeededGenerator) -> Deed {
        let names = names(scene)
        func somebody() -> String { names[chance.index(below: names.count)] }
        func span(_ longest: Int) -> Int64 {
            Int64(200 + chance.index(below: longest - 200)) * Nanoseconds.millisecond
        }
        // What a scene is there for happens in it at least once.
        if scene == .disk, isFirst || chance.index(below: 4) == 0 { return .fill(span: span(2000)) }
        if scene == .broker, isFirst || chance.index(below: 2) == 0 { return .harm(VenueHarm(&chance)) }
        switch chance.index(below: 20) {
        case 0..<10: return .kill([somebody()], pause: 0)
        case 10..<12: return .kill([somebody()], pause: span(1500))
        case 12..<14:
            let first = chance.index(below: names.count)
            let second = (first + 1 + chance.index(below: names.count - 1)) % names.count
            return .kill([names[first], names[second]], pause: 0)
        case 14: return .kill(names, pause: 0)
        case 15: return .restart(somebody())
        default: return .stop(somebody(), span: span(3000))
        }
    }
}

extension ChaosPlan.Deed: CustomStringConvertible {
    var description: String {
        func seconds(_ span: Int64) -> String { "\(Double(span / Nanoseconds.millisecond) / 1000) s" }
        switch self {
        case .kill(let names, let pause):
            let who = names.count > 2 ? "everybody" : names.joined(separator: " and ")
            return "killed \(who)" + (pause > 0 ? ", for \(seconds(pause))" : "")
        case .restart(let name): return "restarted \(name)"
        case .stop(let name, let span): return "stopped \(name) for \(seconds(span))"
        case .fill(let span): return "filled the disk for \(seconds(span))"
        case .harm(let harm): return "had the venue \(harm.words)"
        }
    }
}
