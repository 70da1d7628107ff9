import Features
import Glibc
import Indicators

enum Bench {
    /// Enough bars for the longest window, before anything is timed.
    private static let warmUp = 300

    static func run() {
        let numbers = CommandLine.arguments.dropFirst().map { Int($0) ?? 0 }
        let (symbols, bars) = (numbers.first ?? 500, numbers.dropFirst().first ?? 400)
        guard symbols >= 2, bars >= 1 else {
            let sentence = Array("usage: bench-features [SYMBOLS] [BARS], at least 2 and 1\n".utf8)
            _ = write(STDERR_FILENO, sentence, sentence.count)
            exit(2)
        }
        var section = CrossSection(.all, sectors: (0..<symbols).map { $0 % 11 })
        var walk = Walk(symbols: symbols)
        var times: [Double] = []
        var known = 0
        for bar in 0..<(warmUp + bars) {
            let (candles, quotes) = walk.next()
            let start = now()
            for symbol in candles.indices {
                section.take(quotes[symbol], of: symbol)
                section.take(candles[symbol], of: symbol)
            }
            section.close()
            let time = now() - start
            guard bar >= warmUp else { continue }
            times.append(time)
            // What is counted has to have been computed.
            known += (0..<symbols).reduce(0) { $0 + section.row(of: $1).count { $0 != nil } }
        }
        times.sort()
        let features = section.set.features.count
        print(
            "{\"features\":\(features),\"symbols\":\(symbols),\"known\":\(known / bars),"
                + "\"ms_median\":\(times[times.count / 2]),\"ms_p99\":\(times[times.count * 99 / 100])}")
    }

    private static func now() -> Double {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return Double(time.tv_sec) * 1e3 + Double(time.tv_nsec) * 1e-6
    }
}

/// Prices that wander, each symbol by itself, the same in every run.
private struct Walk {
    private var prices: [Double]
    private var state: UInt64 = 20_261_121

    init(symbols: Int) { prices = (0..<symbols).map { 20 + Double($0 % 97) } }

    /// From 0 to 1.
    private mutating func chance() -> Double {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return Double(state >> 11) / Double(1 << 53)
    }

    mutating func next() -> (candles: [Candle], quotes: [QuoteSummary]) {
        var candles: [Candle] = []
        var quotes: [QuoteSummary] = []
        for symbol in prices.indices {
            let open = prices[symbol] * (1 + (chance() - 0.5) * 0.004)
            let close = open * (1 + (chance() - 0.5) * 0.02)
            prices[symbol] = close
            candles.append(
                Candle(
                    open: open, high: max(open, close) * (1 + chance() * 0.005),
                    low: min(open, close) * (1 - chance() * 0.005), close: close,
                    volume: 1000 + 1e6 * chance()))
            quotes.append(
                QuoteSummary(
                    bid: close * 0.9995, ask: close * 1.0005, bidSize: 1 + 100 * chance(),
                    askSize: 1 + 100 * chance()))
        }
        return (candles, quotes)
    }
}
