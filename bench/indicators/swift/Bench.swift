import Glibc
import Indicators

enum Bench {
    private static let count = 1_000_000

    static func run() throws {
        let arguments = CommandLine.arguments
        guard arguments.count >= 2, let file = fopen(arguments[1], "rb") else {
            end("usage: bench-indicators FILE [RUNS [NAME…]]", code: 2)
        }
        // In one piece on large pages, as numpy has them for the rival.
        let numbers = UnsafeMutableBufferPointer<Double>.allocate(capacity: 6 * count)
        askForLargePages(numbers.baseAddress!, bytes: 6 * count * 8)
        guard fread(numbers.baseAddress, 8, numbers.count, file) == numbers.count else {
            end("bench-indicators: \(arguments[1]) has too few numbers", code: 1)
        }
        let columns = (0..<6).map { UnsafeBufferPointer(rebasing: numbers[$0 * count..<($0 + 1) * count]) }
        let sessions = UnsafeMutableBufferPointer<Int>.allocate(capacity: count)
        sessions.initialize(repeating: 0)
        let candles = CandleSource(
            open: columns[0], high: columns[1], low: columns[2], close: columns[3], volume: columns[4],
            session: UnsafeBufferPointer(sessions))
        let watch = Stopwatch(
            runs: arguments.count > 2 ? Int(arguments[2]) ?? 7 : 7, names: Set(arguments.dropFirst(3)))
        try averages(candles, watch)
        try momentum(candles, watch)
        trend(candles, watch)
        volatility(candles, watch)
        volume(candles, watch)
        windows(candles, columns[5], watch)
        try patterns(candles, watch)
    }

    private static func averages(_ candles: CandleSource, _ watch: Stopwatch) throws {
        let close = candles.close
        watch.time("sma") { SMA(period: 30).column(over: close) }
        watch.time("ema") { EMA(period: 30).column(over: close) }
        watch.time("wma") { WMA(period: 30).column(over: close) }
        watch.time("rma") { RMA(period: 14).column(over: close) }
        watch.time("dema") { DEMA(period: 30).column(over: close) }
        watch.time("tema") { TEMA(period: 30).column(over: close) }
        watch.time("hma") { HMA(period: 30).column(over: close) }
        watch.time("kama") { KAMA(period: 30).column(over: close) }
        watch.time("vwma") { VWMA(period: 30).column(over: candles) }
    }

    private static func momentum(_ candles: CandleSource, _ watch: Stopwatch) throws {
        let close = candles.close
        let (macd, ppo) = (try MACD(fast: 12, slow: 26, signal: 9), try PPO(fast: 12, slow: 26))
        watch.time("rsi") { RSI(period: 14).column(over: close) }
        watch.time("stoch") { Stochastic(period: 5, smoothing: 3, signal: 3).column(over: candles) }
        watch.time("stoch_rsi") { StochRSI(period: 14, window: 14, signal: 3).column(over: close) }
        watch.time("macd") { macd.column(over: close) }
        watch.time("ppo") { ppo.column(over: close) }
        watch.time("roc") { ROC(period: 10).column(over: close) }
        watch.time("momentum") { Momentum(period: 10).column(over: close) }
        watch.time("cci") { CCI(period: 14).column(over: candles) }
        watch.time("williams_r") { WilliamsR(period: 14).column(over: candles) }
    }

    private static func trend(_ candles: CandleSource, _ watch: Stopwatch) {
        watch.time("di") { DirectionalMovement(period: 14).column(over: candles) }
        watch.time("adx") { ADX(period: 14).column(over: candles) }
        watch.time("aroon") { Aroon(period: 14).column(over: candles) }
        watch.time("sar") { ParabolicSAR(acceleration: 0.02, most: 0.2).column(over: candles) }
        watch.time("supertrend") { SuperTrend(period: 10, factor: 3).column(over: candles) }
    }

    private static func volatility(_ candles: CandleSource, _ watch: Stopwatch) {
        watch.time("true_range") { TrueRange().column(over: candles) }
        watch.time("atr") { ATR(period: 14).column(over: candles) }
        watch.time("natr") { NATR(period: 14).column(over: candles) }
        watch.time("bollinger") { Bollinger(period: 20, factor: 2).column(over: candles.close) }
        watch.time("keltner") { Keltner(period: 20, rangePeriod: 10, factor: 2).column(over: candles) }
        watch.time("donchian") { Donchian(period: 20).column(over: candles) }
    }

    private static func volume(_ candles: CandleSource, _ watch: Stopwatch) {
        watch.time("anchored_vwap") { AnchoredVWAP().column(over: candles) }
        watch.time("obv") { OBV().column(over: candles) }
        watch.time("ad") { AccumulationDistribution().column(over: candles) }
        watch.time("cmf") { CMF(period: 20).column(over: candles) }
        watch.time("mfi") { MFI(period: 14).column(over: candles) }
    }

    private static func windows(
        _ candles: CandleSource, _ other: UnsafeBufferPointer<Double>, _ watch: Stopwatch
    ) {
        let close = candles.close
        watch.time("std") { RollingDeviation(period: 20).column(over: close) }
        watch.time("highest") { Highest(period: 30).column(over: close) }
        watch.time("lowest") { Lowest(period: 30).column(over: close) }
        watch.time("median") { RollingMedian(period: 21).column(over: close) }
        watch.time("rank") { PercentRank(period: 100).column(over: close) }
        watch.time("linreg") { LinearRegression(period: 14).column(over: close) }
        watch.time("correlation") {
            Correlation(period: 30).column(over: PairSource(first: close, second: other))
        }
        watch.time("beta") { Beta(period: 60).column(over: PairSource(first: close, second: other)) }
        watch.time("swings") { Swings(left: 2, right: 2).column(over: candles) }
    }

    private static func patterns(_ candles: CandleSource, _ watch: Stopwatch) throws {
        let names = [
            "doji", "hammer", "shooting_star", "engulfing", "harami", "morning_star", "evening_star",
            "three_soldiers", "three_crows", "piercing", "dark_cloud",
        ]
        for name in names {
            guard
                let pattern = try IndicatorRegistry.entry(named: name)?.make()
                    as? any Indicator<Candle, Double>
            else { end("bench-indicators: there is no pattern \(name)", code: 1) }
            watch.time(name) { pattern.column(over: candles) }
        }
    }

    static func end(_ sentence: String, code: Int32) -> Never {
        let bytes = Array((sentence + "\n").utf8)
        _ = write(STDERR_FILENO, bytes, bytes.count)
        exit(code)
    }
}

/// Times what is computed over all bars.
struct Stopwatch {
    let runs: Int
    /// What is timed; everything if there are none.
    let names: Set<String>

    /// The best of some runs, in milliseconds. That the last bar must have a value keeps the work from being left out.
    @inline(__always)
    func time<Output>(_ name: String, _ run: () -> Column<Output>) {
        guard names.isEmpty || names.contains(name) else { return }
        var best = Double.infinity
        for _ in 0..<runs {
            let start = now()
            let column = run()
            best = min(best, now() - start)
            guard column.hasValue(at: column.count - 1) else {
                Bench.end("\(name) has no last value", code: 1)
            }
        }
        print("{\"name\":\"\(name)\",\"ms\":\(best)}")
    }

    private func now() -> Double {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return Double(time.tv_sec) * 1e3 + Double(time.tv_nsec) * 1e-6
    }
}
