/// Volume-weighted mean and deviation of the typical price, of all bars that were taken.
///
/// The sums are of distances from the first price, so neither a long run nor a high price costs digits.
@frozen
public struct VolumeWeightedPrice: Sendable {
    @usableFromInline var shift = 0.0
    @usableFromInline var volume = 0.0
    @usableFromInline var distances = 0.0
    @usableFromInline var squares = 0.0
    @usableFromInline var hasBegun = false

    @inlinable public init() {}

    public struct Value: Numbers {
        public var price: Double
        public var deviation: Double

        @inlinable
        public init(price: Double, deviation: Double) {
            self.price = price
            self.deviation = deviation
        }
    }

    /// Takes a usable bar; a volume below zero counts as none.
    @inlinable @inline(__always)
    mutating func update(_ candle: Candle) -> Value? {
        let price = candle.typicalPrice
        if !hasBegun {
            hasBegun = true
            shift = price
        }
        let traded = candle.volume > 0 ? candle.volume : 0
        let distance = price - shift
        volume += traded
        distances += distance * traded
        squares += distance * distance * traded
        // One division instead of two, of what has a finite reciprocal.
        guard volume >= .leastNormalMagnitude else { return nil }
        let share = 1 / volume
        let mean = distances * share
        let variance = squares * share - mean * mean
        return Value(price: shift + mean, deviation: (variance > 0 ? variance : 0).squareRoot())
    }
}
