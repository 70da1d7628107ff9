import Domain

@testable import Backtesting

/// Invented bars of a few symbols, the same for a seed.
enum Markets {
    static func walk(seed: UInt64, symbols: Int, days: Int) throws -> BarTable {
        var random = SplitMix64(seed: seed)
        var table = BarTable()
        var closes = (0..<symbols).map { _ in Int64(5_000 + random.next() % 10_000) }
        let sessions = TradingCalendar.xnys.sessions(from: CivilDate(2015, 1, 1), to: CivilDate(2024, 12, 31))
        for session in sessions.prefix(days) {
            for symbol in 0..<symbols {
                // A symbol has no bar now and then.
                if random.next() % 50 == 0, table.symbols.count == symbols { continue }
                let open = max(100, closes[symbol] + Int64(random.next() % 41) - 20)
                let close = max(100, open + Int64(random.next() % 401) - 200)
                let high = max(open, close) + Int64(random.next() % 50)
                let low = max(50, min(open, close) - Int64(random.next() % 50))
                closes[symbol] = close
                let bar = Bar(
                    symbol: try Symbol(validating: "S\(symbol)"), span: Nanoseconds.day,
                    openedAt: session.open, open: cents(open), high: cents(high), low: cents(low),
                    close: cents(close), volume: Volume(units: Int64(random.next() % 3_000_000) + 1_000))
                table.append(bar, closingAt: session.close)
            }
        }
        return table
    }

    /// Bars of five minutes through whole sessions.
    static func minutes(seed: UInt64, symbols: Int, sessions: Int) throws -> BarTable {
        var random = SplitMix64(seed: seed)
        var table = BarTable()
        var closes = (0..<symbols).map { _ in Int64(8_000 + random.next() % 4_000) }
        let span = 5 * Nanoseconds.minute
        for session in TradingCalendar.xnys.sessions(from: CivilDate(2020, 1, 2), to: CivilDate(2020, 12, 31))
            .prefix(sessions)
        {
            var opens = session.open
            while opens < session.close {
                for symbol in 0..<symbols {
                    let open = closes[symbol]
                    let close = max(1_000, open + Int64(random.next() % 61) - 30)
                    closes[symbol] = close
                    let bar = Bar(
                        symbol: try Symbol(validating: "S\(symbol)"), span: span, openedAt: opens,
                        open: cents(open), high: cents(max(open, close) + 10),
                        low: cents(min(open, close) - 10), close: cents(close), volume: Volume(1_000))
                    table.append(bar, closingAt: opens + span)
                }
                opens = opens + span
            }
        }
        return table
    }

    /// The same bars with splits, which prices show from then on, and dividends, each on some days.
    static func acted(_ table: BarTable, seed: UInt64) throws -> Market {
        var random = SplitMix64(seed: seed)
        var market = Market()
        var shares = table.symbols.map { _ in Measure() }
        var day = CivilDate(1970, 1, 1)
        for row in 0..<table.count {
            var bar = table.bar(row)
            let date = EasternTime.local(at: bar.openedAt).date
            if date > day {
                day = date
                let rarity: UInt64 = bar.span == Nanoseconds.day ? 20 : 3
                for (instrument, symbol) in table.symbols.enumerated()
                where row > 0 && random.next() % rarity == 0 {
                    var action = CorporateAction(symbol: symbol, exAt: EasternTime.moment(on: date, at: 0))
                    if random.next() % 2 == 0 {
                        let ratios: [(Int64, Int64)] = [(2, 1), (3, 2), (1, 4), (7, 1), (1, 10)]
                        (action.numerator, action.denominator) = ratios[Int(random.next() % 5)]
                        try shares[instrument].split(action)
                    } else {
                        action.kind = .dividend
                        action.amount = cents(Int64(random.next() % 300) + 1)
                    }
                    market.actions.append(MarketAction(instrument: instrument, action: action))
                }
            }
            let measure = shares[Int(table.symbol[row])]
            for path in [\Bar.open, \.high, \.low, \.close] {
                bar[keyPath: path] = measure.real(bar[keyPath: path])
            }
            market.bars.append(bar, closingAt: Timestamp(nanoseconds: table.closesAt[row]))
        }
        return market
    }

    private static func cents(_ amount: Int64) -> Price { Price(units: amount * 10_000) }
}

extension BarTable {
    /// The bars by the moments at which they end.
    func eachInstant(_ take: ([Bar], Timestamp) throws -> Void) rethrows {
        var row = 0
        while row < count {
            let at = closesAt[row]
            var bars: [Bar] = []
            while row < count, closesAt[row] == at {
                bars.append(bar(row))
                row += 1
            }
            try take(bars, Timestamp(nanoseconds: at))
        }
    }
}

extension Market {
    /// Instants as a replay has them: an action has one of its own, before the first bar of its ex-date.
    func eachInstant(_ take: ([Bar], [CorporateAction], Timestamp) throws -> Void) rethrows {
        var done = 0
        try bars.eachInstant { bars, now in
            while done < actions.count, actions[done].action.exAt < now {
                let exAt = actions[done].action.exAt
                let due = actions[done...].prefix { $0.action.exAt == exAt }.map(\.action)
                done += due.count
                try take([], due, exAt)
            }
            try take(bars, [], now)
        }
    }
}
