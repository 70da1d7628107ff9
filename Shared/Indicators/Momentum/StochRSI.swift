/// Where the relative strength index lies in its own range of a window, in percent (k), and smoothed (d).
public struct StochRSI: ListedIndicator {
    private var strength: RSI
    private var position: RangePosition
    private var signal: RollingSum

    public init(period: Int, window: Int, signal: Int) {
        strength = RSI(period: period)
        position = RangePosition(count: window)
        self.signal = RollingSum(count: signal)
    }

    public var warmUp: Int { strength.warmUp + position.count + signal.count - 2 }

    @inline(__always)
    public mutating func update(_ number: Double) -> Stochastic.Value? {
        guard
            let strength = strength.update(number),
            let place = position.update(high: strength, low: strength, strength),
            let sum = signal.update(100 * place)
        else { return nil }
        return Stochastic.Value(k: 100 * place, d: sum / Double(signal.count))
    }

    public static let listing = Listing(
        "stoch_rsi", "stochastic of the relative strength index, in percent",
        parameters: [
            .period(14, "bars of the index"), .period(14, name: "window", from: 2, "bars of its range"),
            .period(3, name: "signal", "bars of k that d is averaged over"),
        ],
        outputs: ["k", "d"], warmUp: "period + window + signal - 1",
        formula:
            "k = 100 (r − min(r)) ÷ (max(r) − min(r)) over window bars, r = rsi(n); d = mean "
            + "of k over signal bars",
        .taLib("STOCHRSI", remark: "nothing, and not 0, where the index does not move"))
    public init(_ chosen: Chosen) {
        self.init(period: chosen.period, window: chosen.whole("window"), signal: chosen.whole("signal"))
    }
}
