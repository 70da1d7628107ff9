import Glibc
import Indicators

/// Who began the trades of a bar, by its close: up is bought, down is sold, unchanged as the bar before.
struct TickRule: Sendable {
    private var side = 0.0

    /// 1 for bought, -1 for sold, 0 as long as no close has changed.
    mutating func side(of reading: Reading) -> Double {
        if reading.move > 0 { side = 1 } else if reading.move < 0 { side = -1 }
        return side
    }
}

/// Of a window's volume the part that the tick rule calls bought, less that which it calls sold.
struct TickImbalance: SymbolFeature {
    private var rule = TickRule()
    private var signed: RollingSum
    private var volume: RollingSum

    init(bars: Int) {
        signed = RollingSum(count: bars)
        volume = RollingSum(count: bars)
    }

    mutating func update(_ reading: Reading) -> Double? {
        guard reading.hasBefore else { return nil }
        let signed = signed.update(rule.side(of: reading) * reading.candle.volume)
        guard let volume = volume.update(reading.candle.volume), let signed, volume > 0 else { return nil }
        return signed / volume
    }
}

/// How far a dollar moves the price: the slope of returns on the signed roots of the dollars traded (Kyle, as Hasbrouck
/// measures it), for a million.
struct PriceImpact: SymbolFeature {
    private var rule = TickRule()
    private var moments: RollingComoments

    init(bars: Int) { moments = RollingComoments(count: bars) }

    mutating func update(_ reading: Reading) -> Double? {
        guard reading.hasBefore else { return nil }
        let flow = rule.side(of: reading) * reading.dollarVolume.squareRoot()
        guard moments.update(Pair(reading.logMove, flow)) else { return nil }
        let variance = moments.second.variance()
        return variance > 0 ? 1e6 * (moments.covariance / variance) : nil
    }
}

/// Bulk classification of volume (Easley, López de Prado and O'Hara): the part of a bar that was bought is as likely as a
/// normal return below the bar's. The surplus of a window, or its size regardless of the side.
struct BulkImbalance: SymbolFeature {
    private var moments: RollingMoments
    private var surplus: RollingSum
    private var volume: RollingSum
    private let isSided: Bool

    init(bars: Int, isSided: Bool) {
        moments = RollingMoments(count: bars)
        surplus = RollingSum(count: bars)
        volume = RollingSum(count: bars)
        self.isSided = isSided
    }

    mutating func update(_ reading: Reading) -> Double? {
        guard let move = reading.knownLogMove, moments.update(move) else { return nil }
        let deviation = moments.variance().squareRoot()
        // Twice the normal distribution less one is the error function.
        let part = deviation > 0 ? erf(move / deviation / 2.0.squareRoot()) : 0
        let bought = (isSided ? part : part.magnitude) * reading.candle.volume
        let surplus = surplus.update(bought)
        guard let volume = volume.update(reading.candle.volume), let surplus, volume > 0 else { return nil }
        return surplus / volume
    }
}

/// The variance of returns over several bars beside that of single ones: 1 for a random walk, more for a trend, less
/// where prices come back.
struct VarianceRatio: SymbolFeature {
    private var logarithms: Ring<Double>
    private var single: RollingMoments
    private var several: RollingMoments
    private var count = 0

    init(of bars: Int, over period: Int) {
        logarithms = Ring(count: bars, filledWith: 0)
        single = RollingMoments(count: period)
        several = RollingMoments(count: period)
    }

    mutating func update(_ reading: Reading) -> Double? {
        let now = log(reading.candle.close)
        let before = logarithms.replaceOldest(with: now)
        count = min(count + 1, logarithms.count + 1)
        guard let move = reading.knownLogMove else { return nil }
        _ = single.update(move)
        guard count > logarithms.count, several.update(now - before) else { return nil }
        let usual = single.variance()
        return usual > 0 ? several.variance() / (Double(logarithms.count) * usual) : nil
    }
}

/// The volume of a few bars beside that of many.
struct VolumeTrend: SymbolFeature {
    private var short: RollingSum
    private var long: RollingSum

    init(short: Int, long: Int) {
        self.short = RollingSum(count: short)
        self.long = RollingSum(count: long)
    }

    mutating func update(_ reading: Reading) -> Double? {
        let recent = short.update(reading.candle.volume)
        guard let usual = long.update(reading.candle.volume), let recent, usual > 0 else { return nil }
        return recent / Double(short.count) / (usual / Double(long.count)) - 1
    }
}
