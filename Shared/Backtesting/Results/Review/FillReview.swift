import Domain
import Exchange

/// Whether the market could have given the fills: their prices within their bars, their quantities within the volume.
enum FillReview {
    /// More of a bar's volume than that moves the price.
    static let volumeShareMax = 0.1
    /// Slippage puts a few fills beyond the bar; more of them say that the bars are too short for it.
    private static let beyondShareMax = 0.25

    static func warnings(_ record: BacktestRecord, _ table: BarTable, _ settings: BacktestSettings)
        -> [String]
    {
        var warnings: [String] = []
        if settings.rules.fill == .close {
            warnings.append(
                "orders fill at the close of the very bar that they are decided on, which is optimistic: "
                    + "--fill next_open is what can be had")
        }
        let found = Findings(record, table)
        // What trades at quotes need not be in a bar, which is made of trades.
        let isInBars = settings.rules.fill != .quote
        if isInBars, found.better > 0 {
            warnings.append(
                "\(found.better) of \(record.fills.count) fills have prices that no bar reached, to the advantage of the run"
            )
        }
        if isInBars, Double(found.worse) > Double(record.fills.count) * beyondShareMax {
            warnings.append(
                "slippage puts \(found.worse) of \(record.fills.count) fills beyond the prices of their bars")
        }
        if found.aboveVolume > 0 {
            warnings.append(
                "\(found.aboveVolume) of \(record.fills.count) fills are larger than the volume of their bars: nobody could "
                    + "have had them\(settings.rules.participation == nil ? " (--participation limits it)" : "")"
            )
        } else if settings.rules.participation == nil, found.largest > volumeShareMax {
            warnings.append(
                "volume was not looked at, and the largest fill took \(SelfReview.percent(found.largest)) of the volume of "
                    + "its bar (--participation limits it)")
        }
        return warnings
    }

    private struct Findings {
        var better = 0
        var worse = 0
        var aboveVolume = 0
        /// The largest share of a bar's volume.
        var largest = 0.0

        init(_ record: BacktestRecord, _ table: BarTable) {
            var instruments: [Symbol: Int32] = [:]
            for (instrument, symbol) in table.symbols.enumerated() { instruments[symbol] = Int32(instrument) }
            let search = BarSearch(table)
            var taken: [Int: Int64] = [:]
            for fill in record.fills {
                guard let instrument = instruments[fill.symbol] else { continue }
                let rows = search.rows(of: instrument, at: fill.at)
                guard let row = rows.last else { continue }
                look(fill, rows, table)
                // Volume is in thousandths and quantities in billionths.
                let volume = table.volume[row]
                guard volume > 0 else { continue }
                taken[row, default: 0] += fill.quantity.units
                let share = Double(taken[row] ?? 0) / 1e6 / Double(volume)
                largest = max(largest, share)
                if share > 1 { aboveVolume += 1 }
            }
        }

        private mutating func look(_ fill: Fill, _ rows: [Int], _ table: BarTable) {
            let isWithin = rows.contains {
                table.low[$0] <= fill.price.units && fill.price.units <= table.high[$0]
            }
            guard !isWithin else { return }
            let isBelow = rows.allSatisfy { fill.price.units < table.low[$0] }
            if isBelow == (fill.side == .buy) { better += 1 } else { worse += 1 }
        }
    }
}

/// Finds the bars of a table in which something happened.
struct BarSearch {
    private let table: BarTable

    init(_ table: BarTable) { self.table = table }

    /// The rows of a symbol whose bars hold a moment: two, where one ends and the next begins.
    func rows(of instrument: Int32, at moment: Timestamp) -> [Int] {
        let (times, symbols) = (table.closesAt.values, table.symbol.values)
        let at = moment.nanoseconds
        var (low, high) = (0, times.count)
        while low < high {
            let middle = (low + high) / 2
            if times[middle] < at { low = middle + 1 } else { high = middle }
        }
        let end = at + table.spans[Int(instrument)]
        var found: [Int] = []
        var row = low
        while row < times.count, times[row] <= end {
            if symbols[row] == instrument, table.openedAt[row] <= at {
                found.append(row)
                if times[row] > at { break }
            }
            row += 1
        }
        return found
    }
}
