import Configuration
import Simulation

/// `tradewind simulate`: the mesh under faults, in one process, by a seed.
enum SimulateCommand {
    static let spec = CommandSpec(
        "simulate", summary: "run the mesh under seeded faults and check what must hold",
        discussion: """
            Runs the production code of nodes and transcripts in one process under a seeded clock, network and disk: \
            messages are dropped, delayed, doubled and reordered, processes killed and stopped, power cut, disks \
            filled, clocks set, shards handed over. After each step an independent ledger checks that nothing is lost, \
            doubled or out of order; at the end everything has to heal. A seed always does the same.
            """,
        options: [
            .option(
                "seeds", value: "N", type: .integer(1...1_000_000_000), default: .integer(200),
                help: "How many seeds."),
            .option(
                "from", value: "N", type: .integer(0...Int.max), default: .integer(0), help: "The first seed."
            ),
            .option("seed", value: "N", type: .integer(0...Int.max), help: "This one seed."),
            .flag("verbose", help: "Tell what happens in it."),
            .flag(
                "trading",
                help:
                    "Trade a paper account through its services under faults, and hold it against a backtest."
            ),
            .flag(
                "all-mutations",
                help: "Take one guard of the mesh away after the other, and see that some seed notices."),
            .option("mutation", value: "NAME", help: "Only this guard."),
        ],
        examples: [
            .init("tradewind simulate --seeds 1000 --from 5000", "a thousand worlds that go wrong"),
            .init("tradewind simulate --seed 17 --verbose", "one of them, as it happens"),
            .init("tradewind simulate --trading --seeds 100", "a hundred paper accounts under faults"),
        ])

    static func run(_ parsed: Parsed) throws {
        let one = parsed.int(ifGiven: "seed")
        let first = UInt64(one ?? parsed.int("from"))
        let (last, overflow) = first.addingReportingOverflow(UInt64(one == nil ? parsed.int("seeds") : 1))
        guard !overflow else { throw Failure("--from and --seeds go beyond the last seed", exitCode: 2) }
        if parsed.flag("trading") {
            let isGood = TradingCampaign.run(seeds: first..<last, verbose: parsed.flag("verbose")) {
                Console.out($0 + "\n")
            }
            if isGood { return }
            throw Failure("", exitCode: 1)
        }
        let isGood =
            parsed.flag("all-mutations") || parsed.isGiven("mutation")
            ? Campaign.runMutations(seeds: first..<last, only: parsed.text(ifGiven: "mutation")) {
                Console.out($0 + "\n")
            }
            : Campaign.run(seeds: first..<last, verbose: parsed.flag("verbose")) { Console.out($0 + "\n") }
        if !isGood { throw Failure("", exitCode: 1) }
    }
}
