/// Wilder's directional indicators: how much of the movement went beyond the bar before, upwards and downwards, in
/// percent of the true range.
public struct DirectionalMovement: ListedIndicator {
    @usableFromInline let period: Int
    @usableFromInline let rest: Double
    @usableFromInline var trueRange = TrueRange()
    @usableFromInline var previous = Candle(open: 0, high: 0, low: 0, close: 0)
    /// Smoothed sums, after a plain sum of the first `period - 1` bars.
    @usableFromInline var range = 0.0
    @usableFromInline var up = 0.0
    @usableFromInline var down = 0.0
    @usableFromInline var count = 0

    @inlinable
    public init(period: Int) {
        precondition(period >= 2, "directional movement has a period of at least 2, not \(period)")
        self.period = period
        rest = 1 - 1 / Double(period)
    }

    @inlinable public var warmUp: Int { period + 1 }

    public struct Value: Numbers {
        public var plus: Double
        public var minus: Double

        @inlinable
        public init(plus: Double, minus: Double) {
            self.plus = plus
            self.minus = minus
        }
    }

    @inlinable @inline(__always)
    public mutating func update(_ candle: Candle) -> Value? {
        guard advance(candle), range > 0 else { return nil }
        return value
    }

    /// The indicators as they stand; only where the range is above zero.
    @inlinable @inline(__always)
    var value: Value { Value(plus: 100 * (up / range), minus: 100 * (down / range)) }

    /// Takes a bar; true once there were enough.
    @inlinable @inline(__always)
    mutating func advance(_ candle: Candle) -> Bool {
        guard candle.hasUsablePrices else { return false }
        let before = previous
        previous = candle
        guard let reach = trueRange.update(candle) else { return false }
        let rise = candle.high - before.high
        let fall = before.low - candle.low
        // Selections, not conditions: a branch would be guessed wrong every other bar.
        let larger = rise > fall ? rise : 0
        let plus = larger > 0 ? larger : 0
        let other = fall > rise ? fall : 0
        let minus = other > 0 ? other : 0
        if count >= period - 1 {
            range = range * rest + reach
            up = up * rest + plus
            down = down * rest + minus
            return true
        }
        count += 1
        range += reach
        up += plus
        down += minus
        return false
    }

    public static let listing = Listing(
        "di", "directional indicators of Wilder, in percent",
        parameters: [.period(14, from: 2)], inputs: InputColumn.prices, outputs: ["plus_di", "minus_di"],
        warmUp: "period + 1",
        formula:
            "100 W(u) ÷ W(t) and 100 W(d) ÷ W(t), W(x) = W[1] − W[1] ÷ n + x, t = true_range, "
            + "u = h − h[1] where it is above 0 and above l[1] − l, else 0; d the other way "
            + "round", .taLib("PLUS_DI, MINUS_DI"))
    public init(_ chosen: Chosen) { self.init(period: chosen.period) }
}
