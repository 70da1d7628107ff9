import Backtesting
import Configuration
import Domain

/// What makes a run the run it is: the program, the data, the settings and the seed. Its name is their hash, so two runs
/// of one name are the same run.
struct RunIdentity {
    let strategy: String
    let program: String
    let data: String
    let seed: UInt64
    let settings: [(name: String, words: [String])]
    let name: String

    init(_ options: BacktestOptions, _ output: BacktestOutput) throws {
        strategy = options.strategy
        program = try Fingerprint.ofProgram()
        data = try RunIdentity.data(options, output.market)
        seed = options.settings.rules.seed
        settings = options.words
        name = RunIdentity.name(strategy, program, data, seed, settings)
    }

    /// Of the market, and of every other text that a strategy was made of or asked for.
    static func data(_ options: BacktestOptions, _ market: Market) throws -> String {
        let texts = try options.strategies.flatMap { try $0.texts() }
        let market = OrderId.text(of: market.fingerprint)
        guard !texts.isEmpty else { return market }
        var json = JSONWriter()
        json.array { json in ([market] + texts).forEach { json.string($0) } }
        return Fingerprint.of(json.bytes)
    }

    /// Files are named by what is in them: where they lie is no part of the name.
    private static func name(
        _ strategy: String, _ program: String, _ data: String, _ seed: UInt64,
        _ settings: [(name: String, words: [String])]
    ) -> String {
        var json = JSONWriter()
        json.array { json in
            json.string(strategy)
            json.string(program)
            json.string(data)
            json.integer(seed)
            for (name, words) in settings where !["csv", "quotes", "trades", "actions"].contains(name) {
                json.string(name)
                json.array { json in words.forEach { json.string($0) } }
            }
        }
        return String(Fingerprint.of(json.bytes).prefix(12))
    }

    /// For the report.
    var lines: [(name: String, value: String)] {
        [("run", name), ("program", program), ("data", data), ("seed", "\(seed)")]
    }
}
