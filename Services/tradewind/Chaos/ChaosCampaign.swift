import Configuration
import Domain
import Glibc
import Mesh

/// Rounds, some beside each other, each in a process of its own.
struct ChaosCampaign {
    private struct Running {
        let plan: ChaosPlan
        let process: pid_t
        let output: String
        let folder: String
    }

    private let parsed: Parsed
    private let seed: UInt64
    private let rounds: ClosedRange<Int>
    private let atOnce: Int
    private let scenes: Set<ChaosPlan.Scene>
    private let victim: String?
    private let folder: String
    private let text: ChaosText
    /// For a round that is to end: its services end one after the other.
    private static let patience = 20 * Nanoseconds.second
    private var isQuiet: Bool { parsed.flag("json") }

    init(_ parsed: Parsed, seed: UInt64) throws {
        self.parsed = parsed
        self.seed = seed
        scenes = try ChaosCommand.scenes(parsed)
        victim = try ChaosCommand.victim(parsed)
        _ = try Plant.named(by: parsed)
        text = ChaosText(parsed)
        let first = parsed.int("from")
        rounds = first...(first + parsed.int("rounds") - 1)
        atOnce = parsed.int("at-once")
        if let named = parsed.text(ifGiven: "keep") {
            guard try RoundFolder.names(in: named).isEmpty else {
                throw Failure("\(named) is not empty; a new folder would be right", exitCode: 2)
            }
            try makeFolders(named)
            folder = named
        } else {
            folder = try TemporaryFolder.make()
        }
    }

    func run() throws {
        if !isQuiet { Console.out(text.beginning(seed, rounds, hasSmallDisk: SmallDisk.isPossible)) }
        var running: [Running] = []
        var outcomes: [ChaosOutcome] = []
        var next = rounds.lowerBound
        while next <= rounds.upperBound || !running.isEmpty {
            while running.count < atOnce, next <= rounds.upperBound, !Stop.isAsked {
                running.append(try begin(next))
                next += 1
            }
            for at in running.indices.reversed() {
                var status: Int32 = 0
                guard waitpid(running[at].process, &status, WNOHANG) == running[at].process else { continue }
                outcomes.append(end(running.remove(at: at)))
            }
            if Stop.isAsked {
                stop(running)
                break
            }
            usleep(20_000)
        }
        outcomes.sort { $0.round < $1.round }
        let hasFailed = outcomes.contains { !$0.findings.isEmpty }
        let isKept = hasFailed || parsed.isGiven("keep")
        if !isKept { TemporaryFolder.remove(folder) }
        try Console.write(isQuiet ? ChaosText.json(seed, outcomes) : text.end(seed, outcomes))
        if Stop.isAsked {
            let place = isKept ? "; what they left behind is in \(folder)" : ""
            throw Failure("stopped before all rounds were played\(place)", exitCode: 130)
        }
        if hasFailed { throw Failure("", exitCode: 1) }
    }

    /// Ends rounds that are being played, each with its mesh. One that does not end is killed, and its mesh with it.
    private func stop(_ running: [Running]) {
        for each in running { kill(each.process, SIGTERM) }
        let deadline = System.now.adding(ChaosCampaign.patience)
        for each in running {
            while waitpid(each.process, nil, WNOHANG) == 0 {
                if System.now > deadline { kill(each.process, SIGKILL) }
                usleep(2000)
            }
            if !parsed.isGiven("keep") { TemporaryFolder.remove(each.folder) }
        }
    }

    private func begin(_ number: Int) throws -> Running {
        let plan = ChaosPlan(seed: seed, round: number, scenes: scenes, victim: victim)
        let place = "\(folder)/\(number)"
        try makeFolders(place)
        var words = ["chaos", "--seed", "\(seed)", "--round", "\(number)", "--keep", place, "--json"]
        words += parsed.text(ifGiven: "config").map { ["--config", $0] } ?? []
        words += parsed.texts("set").flatMap { ["--set", $0] }
        if parsed.isGiven("scenes") {
            words += ["--scenes", scenes.map(\.rawValue).sorted().joined(separator: ",")]
        }
        words += victim.map { ["--victim", $0] } ?? []
        if let plants = parsed.list(ifGiven: "plant") { words += ["--plant", plants.joined(separator: ",")] }
        let output = "\(folder)/\(number).json"
        let process = try Programs.start(System.programPath, words, output: output)
        return Running(plan: plan, process: process, output: output, folder: place)
    }

    private func end(_ round: Running) -> ChaosOutcome {
        var outcome = ChaosOutcome(round.plan, folder: round.folder)
        let name = "\(round.plan.round).json"
        do {
            outcome.read(String(decoding: try FileDisk(folder, readOnly: true).read(name), as: UTF8.self))
        } catch {
            outcome.findings.append(ChaosFinding("processes", "what the round said cannot be read: \(error)"))
        }
        if !isQuiet { Console.out(text.line(outcome)) }
        if outcome.findings.isEmpty, !parsed.isGiven("keep") {
            TemporaryFolder.remove(round.folder)
            unlink(round.output)
        }
        return outcome
    }
}
