import Configuration
import Mesh

/// `tradewind chaos`: rounds of paper trading whose services are killed, stopped, cut off and left without room, and whose
/// books have to agree afterwards.
enum ChaosCommand {
    static let spec = CommandSpec(
        "chaos", summary: "trade while everything is killed, and hold all books against each other",
        discussion: """
            A round is ten market minutes of a paper account in about ten seconds, with all services as processes. \
            Meanwhile they are killed, stopped for seconds, restarted and left without room on the disk. Every fourth round \
            trades at a broker's, against a venue that loses answers, cuts its sockets and is killed itself. At the end \
            the venue's own ledger, the portfolio, the database and all decisions derived again agree to the millionth, \
            no order is doubled or lost, and no limit was broken at any message. The seed and the number of a round choose \
            what is done to whom and when. docs/reliability.md says more.
            """,
        options: [
            .option(
                "rounds", value: "N", type: .integer(1...1_000_000), default: .integer(4), help: "How many.",
                group: "What"),
            .option(
                "seed", value: "N", type: .integer(0...1_000_000_000),
                help: "What is done; without it any, which is printed.", group: "What"),
            .option(
                "from", value: "N", type: .integer(1...1_000_000_000), default: .integer(1),
                help: "The number of the first round.", group: "What"),
            .option(
                "round", value: "N", type: .integer(1...1_000_000_000), help: "This one, told in full.",
                group: "What"),
            .option(
                "scenes", value: "SCENE,…", type: .list, default: .list(["paper", "disk", "broker"]),
                help: "Where rounds are played: paper, disk, broker; others are played on paper.",
                group: "What"),
            .option(
                "victim", value: "NAME",
                help:
                    "Strike this one alone, by kills: how long it takes to be back. One of relay, feed.1, historian, strategist, "
                    + "portfolio, risk, execution, exchange, and at a broker's broker and venue.",
                group: "What"),
            .option(
                "plant", value: "FAULT,…", type: .list,
                help:
                    "Falsify the record of each round before it is looked at, to see that it is noticed: lost-fill, "
                    + "doubled-order, lost-order, and at a broker's swallowed-order.",
                group: "What"),
            .option(
                "at-once", value: "N", type: .integer(1...64), default: .integer(2),
                help: "So many rounds beside each other.", group: "What"),
            .option(
                "keep", value: "FOLDER", type: .path,
                help:
                    "Keep what the rounds leave behind there; without it that of a round that failed is kept.",
                group: "What becomes of it"),
            .flag("json", help: "Print JSON.", group: "What becomes of it"),
        ],
        examples: [
            .init("tradewind chaos --rounds 20 --seed 1", "twenty rounds, two at once"),
            .init("tradewind chaos --seed 1 --round 7", "the seventh of them once more"),
        ])

    static func run(_ parsed: Parsed) throws {
        Stop.listen()
        if let number = parsed.int(ifGiven: "round") {
            guard let seed = parsed.int(ifGiven: "seed") else {
                throw Failure("--round \(number) needs the --seed that it is of", exitCode: 2)
            }
            return try one(parsed, seed: UInt64(seed), number: number)
        }
        let seed = UInt64(parsed.int(ifGiven: "seed") ?? Int(System.now.nanoseconds / 1000 % 1_000_000))
        let campaign = try ChaosCampaign(parsed, seed: seed)
        try campaign.run()
    }

    /// Who alone is struck.
    static func victim(_ parsed: Parsed) throws -> String? {
        guard let name = parsed.text(ifGiven: "victim") else { return nil }
        let names = ChaosPlan.names(.paper) + ChaosPlan.names(.broker).suffix(2)
        guard names.contains(name) else {
            throw Failure(
                "--victim \(visible(name)) is none; \(names.joined(separator: ", ")) would be right",
                exitCode: 2)
        }
        return name
    }

    /// A disk can be filled only where a small one can be had.
    static func scenes(_ parsed: Parsed) throws -> Set<ChaosPlan.Scene> {
        let named = try (parsed.list(ifGiven: "scenes") ?? []).map { word in
            guard let scene = ChaosPlan.Scene(rawValue: word) else {
                throw Failure("--scenes \(word) is none; paper, disk or broker would be right", exitCode: 2)
            }
            return scene
        }
        let scenes = named.isEmpty ? Set(ChaosPlan.Scene.allCases) : Set(named)
        return SmallDisk.isPossible ? scenes : scenes.subtracting([.disk])
    }

    /// A round in this process.
    private static func one(_ parsed: Parsed, seed: UInt64, number: Int) throws {
        let plan = try ChaosPlan(seed: seed, round: number, scenes: scenes(parsed), victim: victim(parsed))
        let folder = try parsed.text(ifGiven: "keep") ?? TemporaryFolder.make()
        let mesh = "\(folder)/mesh"
        if try !SmallDisk.isMounted(at: mesh) && !isTemporary(folder) && !RoundFolder.names(in: mesh).isEmpty
        {
            throw Failure("\(folder) has another round's mesh; a new folder would be right", exitCode: 2)
        }
        if plan.scene == .disk, !SmallDisk.isMounted(at: mesh) {
            if !parsed.isGiven("keep") { try markAsTemporary(folder) }
            let words = parsed.isGiven("keep") ? [] : ["--keep", folder]
            try SmallDisk.enter(mesh, CommandLine.arguments.dropFirst() + words)
        }
        let isKept = try parsed.isGiven("keep") && !isTemporary(folder)
        let outcome: ChaosOutcome
        do {
            outcome = try ChaosOutcome(playing: plan, parsed, in: folder)
        } catch {
            guard isKept else {
                remove(folder, plan.scene)
                throw error
            }
            throw Failure("\(error); what it left behind is in \(folder)", exitCode: Stop.isAsked ? 130 : 1)
        }
        let agrees = outcome.findings.isEmpty
        // The small disk is gone with this process.
        if plan.scene == .disk, isKept || !agrees {
            _ = try Programs.run("/bin/cp", ["-a", mesh, "\(folder)/mesh.kept"])
        }
        let text = ChaosText(parsed)
        try Console.write(parsed.flag("json") ? outcome.json + "\n" : text.told(outcome))
        if !agrees { throw Failure("", exitCode: 1) }
        if !isKept { remove(folder, plan.scene) }
    }

    private static func remove(_ folder: String, _ scene: ChaosPlan.Scene) {
        if scene == .disk { SmallDisk.leave("\(folder)/mesh") }
        TemporaryFolder.remove(folder)
    }

    /// A round on a small disk is played by this program begun once more, which is told by `--keep` where. This says that nobody
    /// has asked for that.
    private static let mark = "temporary"

    private static func markAsTemporary(_ folder: String) throws { try makeFolders("\(folder)/\(mark)") }

    private static func isTemporary(_ folder: String) throws -> Bool {
        try RoundFolder.exists("\(folder)/\(mark)")
    }
}
