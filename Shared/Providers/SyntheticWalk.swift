import Domain

/// The path of one invented symbol: its price, and the chance that moves it.
struct SyntheticWalk {
    private static let stepsPerBar = 4
    /// In dollars; a price that reaches a limit stays inside it.
    private static let priceLimits = 0.5...100_000.0

    private let symbol: Symbol
    private let span: Int64
    private var chance: SplitMix64
    private var price: Double
    /// Of the logarithm of the price, for a quarter of a bar and for a night.
    private let deviationStep: Double
    private let deviationNight: Double
    /// Shares in a bar in the middle of the session.
    private let volumeTypical: Double

    init(seed: UInt64, symbol: Symbol, span: Int64) {
        self.symbol = symbol
        self.span = span
        var mixed = SplitMix64(seed: seed)
        // The symbol's words one after the other, each through the generator, so that names that differ
        // anywhere have nothing in common.
        for word in [symbol.words.0, symbol.words.1, symbol.words.2] {
            mixed = SplitMix64(seed: mixed.next() ^ word)
        }
        chance = mixed
        price = 20 + 280 * chance.uniform()
        let deviationYear = 0.15 + 0.35 * chance.uniform()
        let deviationSession = deviationYear / (252.0).squareRoot()
        let sessionShare = Double(span) / Double(SyntheticSource.spanMax)
        // A fifth of a day's variance comes while the exchange is closed.
        deviationStep =
            deviationSession * (0.8 * sessionShare / Double(SyntheticWalk.stepsPerBar)).squareRoot()
        deviationNight = deviationSession * (0.2).squareRoot()
        volumeTypical = (1_000_000 + 9_000_000 * chance.uniform()) * sessionShare
    }

    /// The next bar, number `slot` of the `slots` of its session.
    mutating func next(slot: Int, of slots: Int, openedAt: Timestamp) -> Bar {
        if slot == 0 { move(deviationNight) }
        let open = cents
        var (high, low, close) = (open, open, open)
        for _ in 0..<SyntheticWalk.stepsPerBar {
            move(deviationStep)
            close = cents
            high = max(high, close)
            low = min(low, close)
        }
        let shares = shares(slot: slot, of: slots)
        return Bar(
            symbol: symbol, span: span, openedAt: openedAt, open: Price(units: open),
            high: Price(units: high),
            low: Price(units: low), close: Price(units: close), volume: Volume(units: shares * 1000),
            trades: UInt64(1 + shares / 120))
    }

    /// Moves the price by a random part of itself; on average it stays where it is.
    private mutating func move(_ deviation: Double) {
        let change = exponential(deviation * chance.normal() - deviation * deviation / 2)
        let limits = SyntheticWalk.priceLimits
        price = min(max(price * change, limits.lowerBound), limits.upperBound)
    }

    /// The price in whole cents, as units.
    private var cents: Int64 { Int64(price * 100 + 0.5) * 10_000 }

    /// Many shares at the open and the close, few at noon.
    private mutating func shares(slot: Int, of slots: Int) -> Int64 {
        let fromNoon = (2 * Double(slot) + 1) / Double(slots) - 1
        let shape = 0.6 + 1.8 * fromNoon * fromNoon
        return 1 + Int64(volumeTypical * shape * (0.5 + chance.uniform()))
    }
}

/// e to a power near zero, by its series: to the last bit or two for |x| below 0.5, and the same everywhere.
private func exponential(_ x: Double) -> Double {
    var sum = 1.0
    for divisor in stride(from: 14.0, through: 1.0, by: -1.0) {
        sum = 1 + x * sum / divisor
    }
    return sum
}
