import Domain

@testable import Backtesting

/// Invented daily bars, the same for a seed.
enum Markets {
    static func walk(seed: UInt64, symbols: Int = 1, days: Int = 400) throws -> BarTable {
        var random = SplitMix64(seed: seed)
        var table = BarTable()
        var closes = (0..<symbols).map { _ in Int64(5_000 + random.next() % 10_000) }
        let sessions = TradingCalendar.xnys.sessions(from: CivilDate(2015, 1, 1), to: CivilDate(2024, 12, 31))
        for session in sessions.prefix(days) {
            for symbol in 0..<symbols {
                let open = max(100, closes[symbol] + Int64(random.next() % 41) - 20)
                let close = max(100, open + Int64(random.next() % 201) - 100)
                let high = max(open, close) + Int64(random.next() % 50)
                let low = max(50, min(open, close) - Int64(random.next() % 50))
                closes[symbol] = close
                let bar = Bar(
                    symbol: try name(symbol), span: Nanoseconds.day, openedAt: session.open,
                    open: cents(open),
                    high: cents(high), low: cents(low), close: cents(close), volume: Volume(1_000_000))
                table.append(bar, closingAt: session.close)
            }
        }
        return table
    }

    static func name(_ index: Int) throws -> Symbol {
        guard let symbol = Symbol("S\(index)") else { throw SymbolTooLong() }
        return symbol
    }

    struct SymbolTooLong: Error {}

    static func cents(_ amount: Int64) -> Price { Price(units: amount * 10_000) }
}

extension BarTable {
    /// The table's beginning.
    func prefix(_ count: Int) -> BarTable {
        var table = BarTable()
        for row in 0..<count {
            let bar = Bar(
                symbol: symbols[Int(symbol[row])], span: spans[Int(symbol[row])],
                openedAt: Timestamp(nanoseconds: openedAt[row]), open: Price(units: open[row]),
                high: Price(units: high[row]), low: Price(units: low[row]), close: Price(units: close[row]),
                volume: Volume(units: volume[row]))
            table.append(bar, closingAt: Timestamp(nanoseconds: closesAt[row]))
        }
        return table
    }
}
