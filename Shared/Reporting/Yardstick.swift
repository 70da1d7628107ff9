import Backtesting
import Domain

/// What the run is held against, in the money of the run: the benchmark where one was given, else the run's own symbols
/// bought in equal parts, each at the open of its first bar, and held.
struct Yardstick {
    let name: String
    let explanation: String
    /// For each day of the record.
    let equity: [Double]

    init(_ record: BacktestRecord, _ table: BarTable) {
        if let benchmark = record.benchmark, benchmark.values.count == record.days.count {
            name = benchmark.name
            explanation =
                "The yard-stick is \(benchmark.name), bought with all the cash at its first close and held, without costs."
            equity = benchmark.values
            return
        }
        let count = table.symbols.count
        name = count == 1 ? "\(table.symbols[0]) held" : "all \(count) symbols held, equal parts"
        explanation =
            count == 1
            ? "The yard-stick is \(table.symbols[0]), bought with all the cash at its first open and held, without costs."
            : "The yard-stick is the run's own \(count) symbols in equal parts, each bought at its first open and held, "
                + "without costs."
        equity = Yardstick.held(record, table)
    }

    private static func held(_ record: BacktestRecord, _ table: BarTable) -> [Double] {
        let part = Double(record.cash) / Double(max(table.symbols.count, 1))
        var worth = Array(repeating: part, count: table.symbols.count)
        var shares = Array(repeating: 0.0, count: table.symbols.count)
        let (symbols, opens, closes) = (table.symbol.values, table.open.values, table.close.values)
        let times = table.closesAt.values
        var latest: [Int: Double] = [:]
        var total = part * Double(table.symbols.count)
        var row = 0
        var actions = record.actions[...]
        return record.days.map { day in
            while let next = actions.first, next.action.exAt <= day.at {
                actions.removeFirst()
                let symbol = next.instrument
                switch next.action.kind {
                case .split:
                    shares[symbol] *= Double(next.action.numerator) / Double(next.action.denominator)
                case .dividend:
                    // Put into more of the same.
                    shares[symbol] *= 1 + Double(next.action.amount) / (latest[symbol] ?? .infinity)
                case .symbolChange, .merger, .delisting: break
                }
            }
            while row < times.count, times[row] <= day.at.nanoseconds {
                let symbol = Int(symbols[row])
                if shares[symbol] == 0 { shares[symbol] = part / Double(opens[row]) }
                latest[symbol] = Double(closes[row]) / Double(Price.scale)
                let now = shares[symbol] * Double(closes[row])
                total += now - worth[symbol]
                worth[symbol] = now
                row += 1
            }
            return total
        }
    }
}
