import Glibc
import Indicators

/// Bars to show to indicators, and another series beside them.
struct Bars {
    var candles: Candles
    var other: [Double]

    /// Bars that wander, with jumps, flat stretches and a session of forty bars.
    static func wander(_ count: Int, _ random: inout SplitMix64) -> Bars {
        var columns = Array(repeating: [Double](), count: 6)
        var (price, second) = (100.0, 40.0)
        for bar in 0..<count {
            let open = price
            let isFlat = (bar / 30) % 7 == 3
            if !isFlat { price = max(1, price + Double.random(in: -2...2, using: &random)) }
            second = max(1, second + Double.random(in: -1...1, using: &random))
            let reach = isFlat ? 0 : Double.random(in: 0...1, using: &random)
            columns[0].append(open)
            columns[1].append(max(open, price) + reach)
            columns[2].append(min(open, price) - reach / 2)
            columns[3].append(price)
            columns[4].append(isFlat ? 0 : Double(Int.random(in: 1...10_000, using: &random)))
            columns[5].append(second)
        }
        return Bars(columns)
    }

    /// Numbers that no market has: zeros of both signs, equal ones, and such as overflow what is made of them.
    static func wild(_ count: Int, _ random: inout SplitMix64) -> Bars {
        let numbers = [0.0, -0.0, 1, 1, 2, 3, -1, 0.1, 1e100, -1e100, 1e-300, Double.leastNonzeroMagnitude]
        return Bars(
            (0..<6).map { _ in (0..<count).map { _ in numbers.randomElement(using: &random)! } })
    }

    /// Real bars of config/sample.
    static func sample(_ symbol: String, beside other: String) -> Bars {
        let columns = read(symbol)
        return Bars(columns + [read(other)[3]])
    }

    /// Open, high, low, close, volume and the other series; sessions of forty bars.
    private init(_ columns: [[Double]]) {
        candles = Candles(
            open: columns[0], high: columns[1], low: columns[2], close: columns[3], volume: columns[4],
            session: columns[0].indices.map { $0 / 40 })
        other = columns[5]
    }

    private static func read(_ symbol: String) -> [[Double]] {
        let root = #filePath.split(separator: "/").dropLast(3).map { "/" + $0 }.joined()
        guard let file = fopen("\(root)/config/sample/\(symbol).csv", "r") else {
            preconditionFailure("config/sample has no \(symbol).csv")
        }
        defer { fclose(file) }
        var bytes = [UInt8](repeating: 0, count: 1 << 20)
        bytes.removeLast(bytes.count - fread(&bytes, 1, bytes.count, file))
        let rows = String(decoding: bytes, as: UTF8.self).split(separator: "\n").dropFirst()
            .map { $0.split(separator: ",") }
        return (2..<7).map { column in rows.map { Double($0[column])! } }
    }

    var count: Int { candles.count }

    /// The first bars.
    func prefix(_ count: Int) -> Bars { changed { Array($0.prefix(count)) } }

    /// One of fifty bars has a number that is refused, in one column after another.
    var damaged: Bars {
        let bad = [Double.nan, .infinity, -.infinity, 1e300, .signalingNaN]
        var turn = 0
        return changed { column in
            turn += 1
            var column = column
            for bar in stride(from: 17 * turn, to: column.count, by: 50) {
                column[bar] = bad[(bar / 50) % bad.count]
            }
            return column
        }
    }

    func changed(_ change: ([Double]) -> [Double]) -> Bars {
        let columns = [candles.open, candles.high, candles.low, candles.close, candles.volume, other]
        return Bars(columns.map(change))
    }

    /// What an indicator is shown at a bar.
    func input<Input: IndicatorInput>(at bar: Int) -> Input {
        let candle = Candle(
            open: candles.open[bar], high: candles.high[bar], low: candles.low[bar],
            close: candles.close[bar], volume: candles.volume[bar], session: candles.session[bar])
        let inputs: [any IndicatorInput] = [candle.close, candle, Pair(candle.close, other[bar])]
        return inputs.lazy.compactMap { $0 as? Input }.first!
    }
}
