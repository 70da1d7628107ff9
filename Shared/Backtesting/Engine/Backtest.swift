import Domain
import Exchange
import Strategies

/// Runs a strategy on recorded bars, through the machines that trade on paper and live.
///
/// Each instant is taken in the order of a replay in lock-step: the exchange meets the orders of earlier instants with
/// the bars of this one; what it reports is booked; the strategy sees the bars; and what it says becomes proposals,
/// verdicts and orders, which the exchange can meet in the next instant at the earliest. Nothing is shown to anybody
/// before it was known, because nothing later has been read.
public enum Backtest {
    public static func run<S: Strategy>(
        _ strategy: S.Type, _ arguments: Arguments, on table: BarTable, _ settings: BacktestSettings,
        progress: ((Int) -> Void)? = nil
    ) throws -> BacktestRecord {
        let strategy = try S(arguments, symbols: table.symbols)
        var desk = TradingDesk(table: table, settings)
        try drive(strategy, &desk, over: table, progress)
        return desk.finish(bars: table.count, warmUp: strategy.warmUp)
    }

    /// How many bars pass between two looks at the progress.
    private static let stride = 1 << 18

    private static func drive<S: Strategy>(
        _ strategy: consuming S, _ desk: inout TradingDesk, over table: BarTable, _ progress: ((Int) -> Void)?
    ) throws {
        let columns = BarColumns(table)
        defer { withExtendedLifetime(table) {} }
        var opinions = Opinions(of: S.name, symbols: table.symbols)
        var row = 0
        var nextReport = stride
        while row < columns.count {
            let at = columns.closesAt[row]
            let now = Timestamp(nanoseconds: at)
            while desk.timers.next < at {
                try ring(&strategy, &desk, &opinions, at: Timestamp(nanoseconds: desk.timers.next))
            }

            desk.open(instant: at)
            var end = row
            repeat {
                desk.exchange.take(columns.candle(end), of: columns.symbolIndex(end), &desk.reports)
                end += 1
            } while end < columns.count && columns.closesAt[end] == at
            if !desk.reports.isEmpty { try settle(&strategy, &desk, &opinions, at: now) }

            for place in row..<end {
                let instrument = Int(columns.symbol[place])
                strategy.onBar(columns.bar(place), of: instrument, at: now, &opinions)
                desk.ledger.mark(SymbolIndex(instrument), at: Price(units: columns.close[place]))
                if desk.watchesBars { desk.watch(columns.bar(place), of: instrument, at: now) }
            }
            if desk.watchesBars { try desk.respond(at: now) }
            if desk.timers.next == at || !opinions.isEmpty || desk.isDue(at: now) {
                try decide(&strategy, &desk, &opinions, at: now)
            } else if desk.watchesBars, !desk.reports.isEmpty {
                try settle(&strategy, &desk, &opinions, at: now)
            }
            if desk.exchange.isDue(at: now) {
                desk.exchange.advance(to: now, &desk.reports)
                try settle(&strategy, &desk, &opinions, at: now)
            }
            desk.close(instant: at)
            row = end
            if row >= nextReport {
                nextReport = row + stride
                progress?(row)
            }
        }
    }

    /// A moment between two instants has come for which somebody asked.
    @inline(never)
    private static func ring<S: Strategy>(
        _ strategy: inout S, _ desk: inout TradingDesk, _ opinions: inout Opinions, at now: Timestamp
    ) throws {
        desk.exchange.advance(to: now, &desk.reports)
        try settle(&strategy, &desk, &opinions, at: now)
        try decide(&strategy, &desk, &opinions, at: now)
    }

    /// What was said at this moment, and what is said by whoever wakes at it, becomes orders.
    @inline(never)
    private static func decide<S: Strategy>(
        _ strategy: inout S, _ desk: inout TradingDesk, _ opinions: inout Opinions, at now: Timestamp
    ) throws {
        desk.takeWakes(&opinions)
        while desk.timers.next == now.nanoseconds {
            switch desk.timers.take().owner {
            case .risk: try desk.wakeRisk(at: now)
            case .execution: try desk.wakeExecution(at: now)
            case .strategy:
                strategy.onTimer(at: now, &opinions)
                desk.takeWakes(&opinions)
            }
        }
        try desk.decide(&opinions, at: now)
        try settle(&strategy, &desk, &opinions, at: now)
    }

    /// Books what the exchange has reported.
    private static func settle<S: Strategy>(
        _ strategy: inout S, _ desk: inout TradingDesk, _ opinions: inout Opinions, at now: Timestamp
    ) throws {
        guard !desk.reports.isEmpty else { return }
        try desk.settle(at: now) { fill, instrument in
            strategy.onFill(fill, of: instrument, at: now, &opinions)
        }
    }
}
