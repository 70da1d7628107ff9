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
                "broker",
                help:
                    "Trade an account at a hostile broker under faults, and hold it against the broker's books."
            ),
            .flag(
                "all-mutations",
                help:
                    "Take one guard away after the other, of the mesh and, with --broker, of the machines of trading, and "
                    + "see that some seed notices."),
            .option("mutation", value: "NAME", help: "Only this guard."),
        ],
        examples: [
            .init("tradewind simulate --seeds 1000 --from 5000", "a thousand worlds that go wrong"),
            .init("tradewind simulate --seed 17 --verbose", "one of them, as it happens"),
            .init("tradewind simulate --trading --seeds 100", "a hundred paper accounts under faults"),
            .init(
                "tradewind simulate --broker --seed 7",
                "one account at a broker that is as bad as brokers can be"),
        ])

    static func run(_ parsed: Parsed) throws {
        let one = parsed.int(ifGiven: "seed")
        let first = UInt64(one ?? parsed.int("from"))
        let (last, overflow) = first.addingReportingOverflow(UInt64(one == nil ? parsed.int("seeds") : 1))
        guard !overflow else { throw Failure("--from and --seeds go beyond the last seed", exitCode: 2) }
        let seeds = first..<last
        let out: (String) -> Void = { Console.out($0 + "\n") }
        let mutation = parsed.text(ifGiven: "mutation")
        let verbose = parsed.flag("verbose")
        let isGood: Bool
        switch (parsed.flag("broker"), parsed.flag("all-mutations") || mutation != nil) {
        case (true, true): isGood = TradingCampaign.runMutations(seeds: seeds, only: mutation, out: out)
        case (true, false):
            isGood = TradingCampaign.run(at: .broker, seeds: seeds, verbose: verbose, out: out)
        case (false, true): isGood = Campaign.runMutations(seeds: seeds, only: mutation, out: out)
        case (false, false):
            isGood =
                parsed.flag("trading")
                ? TradingCampaign.run(at: .exchange, seeds: seeds, verbose: verbose, out: out)
                : Campaign.run(seeds: seeds, verbose: verbose, out: out)
        }
        if !isGood { throw Failure("", exitCode: 1) }
    }
}
