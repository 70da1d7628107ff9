import Indicators

/// How restless the last few bars were beside many.
struct DeviationRatio: SymbolFeature {
    private var short: RollingMoments
    private var long: RollingMoments

    init(short: Int, long: Int) {
        self.short = RollingMoments(count: short)
        self.long = RollingMoments(count: long)
    }

    mutating func update(_ reading: Reading) -> Double? {
        guard let move = reading.knownLogMove else { return nil }
        _ = short.update(move)
        guard long.update(move) else { return nil }
        let usual = long.variance(takingDegrees: 1)
        return usual > 0 ? (short.variance(takingDegrees: 1) / usual).squareRoot() : nil
    }
}

/// The third or fourth moment of the logarithmic returns of a window, in deviations. The window is gone through at each
/// bar: running sums of fourth powers would lose their digits.
struct Shape: SymbolFeature {
    enum Moment: Sendable { case skew, excessKurtosis }

    private var moves: Ring<Double>
    private let moment: Moment
    private var count = 0

    init(_ moment: Moment, bars: Int) {
        moves = Ring(count: bars, filledWith: 0)
        self.moment = moment
    }

    mutating func update(_ reading: Reading) -> Double? {
        guard let move = reading.knownLogMove else { return nil }
        _ = moves.replaceOldest(with: move)
        count = min(count + 1, moves.count)
        guard count == moves.count else { return nil }
        let size = Double(count)
        return moves.withPlaces { [count, moment] moves in
            var sum = 0.0
            for place in 0..<count { sum += moves[place] }
            let mean = sum / size
            var (second, third, fourth) = (0.0, 0.0, 0.0)
            for place in 0..<count {
                let distance = moves[place] - mean
                let square = distance * distance
                second += square
                third += square * distance
                fourth += square * square
            }
            let variance = second / size
            // Rounding leaves a variance where all returns are the same.
            guard variance > mean * mean * 1e-28 else { return nil }
            switch moment {
            case .skew: return third / size / (variance * variance.squareRoot())
            case .excessKurtosis: return fourth / size / (variance * variance) - 3
            }
        }
    }
}

/// How wide the bar is beside the average true range.
struct RangeRatio: SymbolFeature {
    private var trueRange = TrueRange()
    private var average: ATR

    init(period: Int) { average = ATR(period: period) }

    mutating func update(_ reading: Reading) -> Double? {
        let range = trueRange.update(reading.candle)
        guard let average = average.update(reading.candle), let range, average > 0 else { return nil }
        return range / average
    }
}
