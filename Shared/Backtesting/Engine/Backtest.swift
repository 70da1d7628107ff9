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
        var timers = Timers()
        var row = 0
        var nextReport = stride
        while row < columns.count {
            let at = columns.closesAt[row]
            let now = Timestamp(nanoseconds: at)
            while timers.next < at {
                let moment = Timestamp(nanoseconds: timers.next)
                timers.take()
                strategy.onTimer(at: moment, &opinions)
                if !opinions.isEmpty { try desk.decide(&opinions, &timers, at: moment) }
            }

            desk.open(instant: at)
            var end = row
            repeat {
                desk.exchange.take(columns.candle(end), of: columns.symbolIndex(end), &desk.reports)
                end += 1
            } while end < columns.count && columns.closesAt[end] == at
            if !desk.reports.isEmpty {
                try desk.settle(at: now) { fill, instrument in
                    strategy.onFill(fill, of: instrument, at: now, &opinions)
                }
            }

            for place in row..<end {
                let instrument = Int(columns.symbol[place])
                strategy.onBar(columns.bar(place), of: instrument, at: now, &opinions)
                desk.ledger.mark(SymbolIndex(instrument), at: Price(units: columns.close[place]))
                if desk.usesVolatility { desk.note(Price(units: columns.close[place]), of: instrument) }
            }
            if timers.next == at || !opinions.isEmpty || desk.isDue(at: now) {
                try decide(&strategy, &desk, &opinions, &timers, at: now)
            }
            if desk.exchange.isDue(at: now) {
                desk.exchange.advance(to: now, &desk.reports)
                try desk.settle(at: now) { fill, instrument in
                    strategy.onFill(fill, of: instrument, at: now, &opinions)
                }
            }
            desk.close(instant: at)
            row = end
            if row >= nextReport {
                nextReport = row + stride
                progress?(row)
            }
        }
    }

    /// What a strategy said at this moment, and what it says when its timers ring, becomes orders.
    @inline(never)
    private static func decide<S: Strategy>(
        _ strategy: inout S, _ desk: inout TradingDesk, _ opinions: inout Opinions, _ timers: inout Timers,
        at now: Timestamp
    ) throws {
        timers.add(opinions.wakes)
        opinions.forgetWakes()
        while timers.next == now.nanoseconds {
            timers.take()
            strategy.onTimer(at: now, &opinions)
            timers.add(opinions.wakes)
            opinions.forgetWakes()
        }
        try desk.decide(&opinions, &timers, at: now)
        if !desk.reports.isEmpty {
            try desk.settle(at: now) { fill, instrument in
                strategy.onFill(fill, of: instrument, at: now, &opinions)
            }
        }
    }
}
