import Domain
import Statistics

/// Tables that are the same up to a moment, and tell another story afterwards.
enum Futures {
    /// Only what was known at the moment.
    static func cut(_ table: BarTable, after moment: Timestamp) -> BarTable {
        var part = BarTable()
        let times = table.closesAt.values
        var row = 0
        while row < times.count, times[row] <= moment.nanoseconds {
            part.append(table.bar(row), closingAt: Timestamp(nanoseconds: times[row]))
            row += 1
        }
        return part
    }

    /// Only what came after the moment.
    static func rest(_ table: BarTable, after moment: Timestamp) -> BarTable {
        var part = BarTable()
        let times = table.closesAt.values
        for row in 0..<times.count where times[row] > moment.nanoseconds {
            part.append(table.bar(row), closingAt: Timestamp(nanoseconds: times[row]))
        }
        return part
    }

    /// The same bars up to the moment; afterwards those of each symbol in another order, one going on where the other
    /// ended. Times stay, prices and volumes do not.
    static func shuffled(_ table: BarTable, after moment: Timestamp, seed: UInt64) -> BarTable {
        var random = SeededGenerator(seed: seed)
        var later = Array(repeating: [Int](), count: table.symbols.count)
        let times = table.closesAt.values
        for row in 0..<times.count where times[row] > moment.nanoseconds {
            later[Int(table.symbol[row])].append(row)
        }
        var drawn = later
        for symbol in drawn.indices { drawn[symbol].shuffle(using: &random) }
        var next = Array(repeating: 0, count: table.symbols.count)
        var closes = Array(repeating: Int64(0), count: table.symbols.count)
        var changed = BarTable()
        for row in 0..<times.count {
            let symbol = Int(table.symbol[row])
            let end = Timestamp(nanoseconds: times[row])
            guard times[row] > moment.nanoseconds else {
                changed.append(table.bar(row), closingAt: end)
                closes[symbol] = table.close[row]
                continue
            }
            let bar = table.bar(row).taking(
                table.bar(drawn[symbol][next[symbol]]), after: closes[symbol])
            next[symbol] += 1
            closes[symbol] = bar.close.units
            changed.append(bar, closingAt: end)
        }
        return changed
    }
}

extension Bar {
    /// A bar at this one's time with the shape of another one, which begins where the last one ended.
    fileprivate func taking(_ other: Bar, after close: Int64) -> Bar {
        let from = close > 0 ? Double(close) : Double(other.open.units)
        // Prices neither vanish nor outgrow what can be counted.
        let scale = min(max(from, 10_000), 1e15) / Double(max(other.open.units, 1))
        func scaled(_ price: Price) -> Price {
            Price(units: Int64(min(max((Double(price.units) * scale).rounded(), 1), 1e16)))
        }
        var bar = self
        bar.open = scaled(other.open)
        bar.close = scaled(other.close)
        bar.high = max(scaled(other.high), bar.open, bar.close)
        bar.low = min(scaled(other.low), bar.open, bar.close)
        bar.volume = other.volume
        return bar
    }
}

extension BarTable {
    /// Moments at the ends of instants, spread over a part of the table: each after as many rows as before it.
    func moments(_ count: Int, from first: Double = 0.2, to last: Double = 0.95) -> [Timestamp] {
        guard self.count > 1 else { return [] }
        var moments: [Timestamp] = []
        for number in 0..<count {
            let part = count < 2 ? first : first + (last - first) * Double(number) / Double(count - 1)
            let row = min(Int(part * Double(self.count)), self.count - 2)
            let moment = Timestamp(nanoseconds: closesAt[row])
            if moments.last != moment, closesAt[self.count - 1] > moment.nanoseconds {
                moments.append(moment)
            }
        }
        return moments
    }
}
