import Domain
import Strategies

/// Runs strategies on recorded data, through the machines that trade on paper and live.
///
/// Each instant is taken in the order of a replay in lock-step: the exchange meets the orders of earlier instants with
/// the bars of this one; what it reports is booked; strategies see the bars; and what they say becomes proposals,
/// verdicts and orders, which the exchange can meet in the next instant at the earliest. Nothing is shown to anybody
/// before it was known, because nothing later has been read.
public enum Backtest {
    /// One strategy, on the bars that each instrument is traded on.
    public static func run(
        _ blueprint: some Blueprint, _ arguments: Arguments, on market: Market, _ settings: BacktestSettings,
        progress: ((Int) -> Void)? = nil
    ) throws -> BacktestRecord {
        let voice = try blueprint.make(arguments, symbols: market.symbols)
        let name = blueprint.name
        var record = try drive(voice, [name], market, settings, parts: [settings.cash], progress)
        record.parts = [BacktestRecord.Part(label: name, arguments: arguments, cash: settings.cash)]
        return record
    }

    /// One strategy that is written in Swift.
    public static func run<S: Strategy>(
        _ strategy: S.Type, _ arguments: Arguments, on market: Market, _ settings: BacktestSettings,
        progress: ((Int) -> Void)? = nil
    ) throws -> BacktestRecord {
        try run(Coded<S>(), arguments, on: market, settings, progress: progress)
    }

    /// One strategy on bars alone.
    public static func run<S: Strategy>(
        _ strategy: S.Type, _ arguments: Arguments, on table: BarTable, _ settings: BacktestSettings,
        progress: ((Int) -> Void)? = nil
    ) throws -> BacktestRecord {
        try run(strategy, arguments, on: Market(table), settings, progress: progress)
    }

    /// Several strategies on one account, each with its part of the money.
    public static func run(
        _ participants: [Participant], on market: Market, _ settings: BacktestSettings,
        progress: ((Int) -> Void)? = nil
    ) throws -> BacktestRecord {
        precondition(!participants.isEmpty, "a run has a strategy")
        let participants = Participant.labelled(participants)
        let parts = Participant.parts(of: settings.cash, for: participants)
        let choir = try Choir(participants, market)
        var record = try drive(choir, participants.map(\.label), market, settings, parts: parts, progress)
        record.parts = zip(participants, parts).map { participant, part in
            BacktestRecord.Part(label: participant.label, arguments: participant.arguments, cash: part)
        }
        return record
    }

    private static func drive<V: Voice>(
        _ voice: consuming V, _ names: [String], _ market: Market, _ settings: BacktestSettings,
        parts: [Money], _ progress: ((Int) -> Void)?
    ) throws -> BacktestRecord {
        let warmUp = voice.warmUp
        let opinions = Opinions(of: names, symbols: market.symbols, keepsFigures: false)
        var drive = Drive(voice, opinions, market, settings, parts: parts)
        try drive.run(progress)
        return drive.finish(market, warmUp: warmUp)
    }
}
