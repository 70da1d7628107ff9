/// Wilder's average directional index: how strong a trend is, whichever way it goes.
public struct ADX: ListedIndicator {
    @usableFromInline var movement: DirectionalMovement
    @usableFromInline let weight: Double
    @usableFromInline let rest: Double
    /// The sum of the first indices, then their average.
    @usableFromInline var average = 0.0
    @usableFromInline var count = 0

    @inlinable
    public init(period: Int) {
        movement = DirectionalMovement(period: period)
        weight = 1 / Double(period)
        rest = 1 - weight
    }

    @inlinable public var warmUp: Int { 2 * movement.period }

    public struct Value: Numbers {
        public var adx: Double
        public var plus: Double
        public var minus: Double

        @inlinable
        public init(adx: Double, plus: Double, minus: Double) {
            self.adx = adx
            self.plus = plus
            self.minus = minus
        }
    }

    @inlinable @inline(__always)
    public mutating func update(_ candle: Candle) -> Value? {
        guard movement.advance(candle) else { return nil }
        let sides = movement.up + movement.down
        // Where nothing moved in any direction, the index stays what it was.
        let index = sides > 0 ? 100 * (movement.up - movement.down).magnitude / sides : nil
        if count < movement.period {
            count += 1
            average += index ?? 0
            guard count == movement.period else { return nil }
            average *= weight
        } else if let index {
            average = average * rest + index * weight
        }
        guard movement.range > 0 else { return nil }
        let directions = movement.value
        return Value(adx: average, plus: directions.plus, minus: directions.minus)
    }

    public static let listing = Listing(
        "adx", "average directional index, with the directional indicators",
        parameters: [.period(14, from: 2)], inputs: InputColumn.prices,
        outputs: ["adx", "plus_di", "minus_di"], warmUp: "2 × period",
        formula: "rma of 100 |plus_di − minus_di| ÷ (plus_di + minus_di), both as in di",
        .taLib("ADX, PLUS_DI, MINUS_DI"))
    public init(_ chosen: Chosen) { self.init(period: chosen.period) }
}
