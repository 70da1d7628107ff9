/// Where the close lies in the range of a window, in percent, smoothed (k), and smoothed again (d). A bar without any
/// range in the window says nothing, and the averages go on without it.
public struct Stochastic: ListedIndicator {
    private var position: RangePosition
    private var slow: RollingSum
    private var signal: RollingSum

    public init(period: Int, smoothing: Int, signal: Int) {
        position = RangePosition(count: period)
        slow = RollingSum(count: smoothing)
        self.signal = RollingSum(count: signal)
    }

    public var warmUp: Int { position.count + slow.count + signal.count - 2 }

    public struct Value: Numbers {
        public var k: Double
        public var d: Double
    }

    @inline(__always)
    public mutating func update(_ candle: Candle) -> Value? {
        guard
            candle.hasUsablePrices,
            let place = position.update(high: candle.high, low: candle.low, candle.close),
            let sum = slow.update(100 * place)
        else { return nil }
        let k = sum / Double(slow.count)
        guard let total = signal.update(k) else { return nil }
        return Value(k: k, d: total / Double(signal.count))
    }

    public static let listing = Listing(
        "stoch", "stochastic: the close within the range of the window, in percent",
        parameters: [
            .period(14), .period(3, name: "smoothing", "bars that k is averaged over"),
            .period(3, name: "signal", "bars of k that d is averaged over"),
        ],
        inputs: InputColumn.prices, outputs: ["k", "d"], warmUp: "period + smoothing + signal - 2",
        formula:
            "k = mean of 100 (c − minₙ(l)) ÷ (maxₙ(h) − minₙ(l)) over smoothing bars, d = "
            + "mean of k over signal bars",
        .taLib("STOCH", remark: "nothing, and not 0, where the window has no range"))
    public init(_ chosen: Chosen) {
        self.init(
            period: chosen.period, smoothing: chosen.whole("smoothing"), signal: chosen.whole("signal"))
    }
}
