import Backtesting
import Domain
import Strategies
import Trading

/// Runs the strategy that the registry shows it, or several on one account.
struct BacktestRun: StrategyVisitor {
    struct Done {
        /// Of the strategy; nothing where there are several, each of which has its own in the record.
        var arguments: Arguments
        var record: BacktestRecord
        var seconds: Double
    }

    let market: Market
    let settings: BacktestSettings
    let spoken: SpokenStrategy
    private(set) var done: Done?

    static func run(_ options: BacktestOptions, _ market: Market) throws -> Done {
        var settings = options.settings
        settings.keepsCourse = true
        let first = options.strategies[0]
        if options.strategies.count == 1, first.span == nil {
            var run = BacktestRun(market: market, settings: settings, spoken: first)
            try first.show(to: &run)
            if let done = run.done { return done }
        }
        let participants = try options.strategies.map { try Enlisting.participant($0) }
        for participant in participants {
            if let complaint = participant.complaint(about: market) { throw ParameterError(complaint) }
        }
        return try measured(market, participants.count == 1 ? participants[0].arguments : nil) {
            try Backtest.run(participants, on: market, settings, progress: $0)
        }
    }

    init(market: Market, settings: BacktestSettings, spoken: SpokenStrategy) {
        self.market = market
        self.settings = settings
        self.spoken = spoken
    }

    mutating func visit<B: Blueprint>(_ blueprint: B) throws {
        let arguments = try spoken.arguments(for: blueprint)
        done = try BacktestRun.measured(market, arguments) {
            try Backtest.run(blueprint, arguments, on: market, settings, progress: $0)
        }
    }

    private static func measured(
        _ market: Market, _ arguments: Arguments?, _ run: (@escaping (Int) -> Void) throws -> BacktestRecord
    ) throws -> Done {
        let began = ContinuousClock.now
        let progress = Progress("bars", total: market.bars.count)
        let record = try run { progress.show($0) }
        progress.clear()
        return Done(
            arguments: try arguments ?? Arguments([], of: ""), record: record,
            seconds: (ContinuousClock.now - began).inSeconds)
    }
}
