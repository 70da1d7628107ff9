import Glibc
import Indicators

/// The spread that Corwin and Schultz see in highs and lows: the range of two bars as one grows with the variance alone,
/// the sum of both bars' ranges also with the spread. The mean of a window of estimates, none below zero.
struct CorwinSchultz: SymbolFeature {
    private var estimates: RollingSum

    init(bars: Int) { estimates = RollingSum(count: bars) }

    mutating func update(_ reading: Reading) -> Double? {
        guard reading.hasBefore else { return nil }
        return estimates.update(CorwinSchultz.estimate(reading.before, reading.candle)).map {
            $0 / Double(estimates.count)
        }
    }

    private static func estimate(_ first: Candle, _ second: Candle) -> Double {
        // A gap is not range: the second bar is put back to where the first one closed.
        let gap = max(0, second.low - first.close) + min(0, second.high - first.close)
        let (high, low) = (second.high - gap, second.low - gap)
        let ownRanges = square(log(first.high / first.low)) + square(log(high / low))
        let bothAsOne = square(log(max(first.high, high) / min(first.low, low)))
        let scale = 3 - 2 * 2.0.squareRoot()
        let alpha =
            ((2 * ownRanges).squareRoot() - ownRanges.squareRoot()) / scale
            - (bothAsOne / scale).squareRoot()
        let spread = 2 * (exp(alpha) - 1) / (1 + exp(alpha))
        return spread > 0 ? spread : 0
    }
}

/// The spread that Abdi and Ranaldo see in how far closes lie from the middles of their own bar and of the next.
struct AbdiRanaldo: SymbolFeature {
    private var products: RollingSum

    init(bars: Int) { products = RollingSum(count: bars) }

    mutating func update(_ reading: Reading) -> Double? {
        guard reading.hasBefore else { return nil }
        let close = log(reading.before.close)
        let product = (close - middle(reading.before)) * (close - middle(reading.candle))
        return products.update(product).map { sum in
            sum > 0 ? 2 * (sum / Double(products.count)).squareRoot() : 0
        }
    }

    private func middle(_ candle: Candle) -> Double { (log(candle.high) + log(candle.low)) / 2 }
}

/// How each return goes with the one before it: Roll's spread, or the correlation.
struct Echo: SymbolFeature {
    enum Measure: Sendable { case rollSpread, correlation }

    private var moments: RollingComoments
    private let measure: Measure
    private var previous: Double?

    init(_ measure: Measure, bars: Int) {
        moments = RollingComoments(count: bars)
        self.measure = measure
    }

    mutating func update(_ reading: Reading) -> Double? {
        guard let move = reading.knownLogMove else { return nil }
        defer { previous = move }
        guard let previous, moments.update(Pair(move, previous)) else { return nil }
        switch measure {
        case .rollSpread:
            // A spread makes trades bounce; where prices go on instead, none is seen.
            return 2 * max(0, -moments.covariance).squareRoot()
        case .correlation: return moments.correlation
        }
    }
}

private func square(_ number: Double) -> Double { number * number }
