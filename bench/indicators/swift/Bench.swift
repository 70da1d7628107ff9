import Glibc
import Indicators

enum Bench {
    static func run() {
        let arguments = CommandLine.arguments
        guard arguments.count >= 2, let file = fopen(arguments[1], "rb") else {
            end("usage: bench-indicators FILE [RUNS]", code: 2)
        }
        let count = 1_000_000
        let columns = (0..<3).map { _ in
            [Double](unsafeUninitializedCapacity: count) { buffer, filled in
                filled = fread(buffer.baseAddress, 8, count, file)
            }
        }
        guard columns.allSatisfy({ $0.count == count }) else {
            end("bench-indicators: \(arguments[1]) has too few numbers", code: 1)
        }
        measure(columns, runs: arguments.count > 2 ? Int(arguments[2]) ?? 7 : 7)
    }

    private static func measure(_ columns: [[Double]], runs: Int) {
        let candles = Candles(high: columns[0], low: columns[1], close: columns[2])
        let close = columns[2]
        time("SMA", runs) { SMA(period: 30).column(over: close) }
        time("EMA", runs) { EMA(period: 30).column(over: close) }
        time("RSI", runs) { RSI(period: 14).column(over: close) }
        if let macd = try? MACD(fast: 12, slow: 26, signal: 9) {
            time("MACD", runs) { macd.column(over: close) }
        }
        time("BBANDS", runs) { Bollinger(period: 20, factor: 2).column(over: close) }
        time("ATR", runs) { ATR(period: 14).column(over: candles) }
        time("ADX", runs) { ADX(period: 14).column(over: candles) }
        time("STOCH", runs) { Stochastic(period: 5, smoothing: 3, signal: 3).column(over: candles) }
        time("CCI", runs) { CCI(period: 14).column(over: candles) }
        time("MAX", runs) { Highest(period: 30).column(over: close) }
    }

    /// The best of some runs, in milliseconds. The sum of the last value keeps the work from being left out.
    private static func time<Output>(_ name: String, _ runs: Int, _ run: () -> Column<Output>) {
        var best = Double.infinity
        for _ in 0..<runs {
            let start = now()
            let column = run()
            best = min(best, now() - start)
            guard column.hasValue(at: column.count - 1) else { return }
        }
        print("{\"name\":\"\(name)\",\"ms\":\(best)}")
    }

    private static func end(_ sentence: String, code: Int32) -> Never {
        let bytes = Array((sentence + "\n").utf8)
        _ = write(STDERR_FILENO, bytes, bytes.count)
        exit(code)
    }

    private static func now() -> Double {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return Double(time.tv_sec) * 1e3 + Double(time.tv_nsec) * 1e-6
    }
}
