/// Wilder's relative strength index: of the average moves, the part in percent that went up. Nothing as long as
/// there was no move at all.
public struct RSI: ListedIndicator {
    @usableFromInline var gains: SmoothedAverage
    @usableFromInline var losses: SmoothedAverage
    @usableFromInline var previous = 0.0
    @usableFromInline var hasPrevious = false

    @inlinable
    public init(period: Int) {
        gains = SmoothedAverage(wilder: period)
        losses = SmoothedAverage(wilder: period)
    }

    @inlinable public var warmUp: Int { gains.period + 1 }

    @inlinable @inline(__always)
    public mutating func update(_ number: Double) -> Double? {
        guard number.isUsable else { return nil }
        let change = number - previous
        previous = number
        guard hasPrevious else {
            hasPrevious = true
            return nil
        }
        // The moves as sizes and signs: a branch would be guessed wrong every other bar.
        let gain = gains.update((change.magnitude + change) / 2)
        let loss = losses.update((change.magnitude - change) / 2)
        guard let gain, let loss else { return nil }
        let moves = gain + loss
        return moves > 0 ? 100 * gain / moves : nil
    }

    public static let listing = Listing(
        "rsi", "relative strength index of Wilder, 0 to 100", parameters: [.period(14)],
        warmUp: "period + 1",
        formula: "100 g ÷ (g + f), g = rma(max(c − c[1], 0)), f = rma(max(c[1] − c, 0))",
        .taLib("RSI", remark: "nothing, and not 0, where no price ever moved"))
    public init(_ chosen: Chosen) { self.init(period: chosen.period) }
}
