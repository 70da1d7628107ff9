import Glibc
import Indicators

/// bench-indicators: each indicator over a million bars.
func now() -> Double {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return Double(time.tv_sec) * 1e3 + Double(time.tv_nsec) * 1e-6
}
func main() {
    var random = UInt64(1)
    func uniform() -> Double {
        random = random &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return Double(random >> 11) / 9_007_199_254_740_992
    }
    var close: [Double] = [], high: [Double] = [], low: [Double] = []
    var price = 100.0
    for _ in 0..<1_000_000 {
        price *= 1 + (uniform() - 0.5) * 0.002
        close.append(price)
        high.append(price * (1 + uniform() * 0.001))
        low.append(price * (1 - uniform() * 0.001))
    }
    let candles = Candles(high: high, low: low, close: close)
    func time<I: Indicator>(_ name: String, _ run: () -> Column<I.Output>, _: I) {
        var best = Double.infinity
        for _ in 0..<7 {
            let start = now()
            let column = run()
            best = min(best, now() - start)
            precondition(column.count == 1_000_000)
        }
        print(name, best)
    }
    let sma = SMA(period: 30)
    time("sma", { sma.column(over: close) }, sma)
    let ema = EMA(period: 30)
    time("ema", { ema.column(over: close) }, ema)
    let rsi = RSI(period: 14)
    time("rsi", { rsi.column(over: close) }, rsi)
    let atr = ATR(period: 14)
    time("atr", { atr.column(over: candles) }, atr)
    let adx = ADX(period: 14)
    time("adx", { adx.column(over: candles) }, adx)
    let max = Highest(period: 30)
    time("max", { max.column(over: close) }, max)
    let std = RollingDeviation(period: 5)
    time("std", { std.column(over: close) }, std)
    let far = SMA(period: 300)
    time("sma300", { far.column(over: close) }, far)
}
main()
