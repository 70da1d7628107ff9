import Domain

/// What moves all symbols of an invented market: the regime of the day, and the shocks of the market and of its sectors.
///
/// Each sector has chance of its own, so that it is the same whichever symbols there are.
struct MarketClimate {
    static let sectorCount = 8
    /// The parts of a symbol's variance that are the market's and its sector's; the rest is its own.
    static let marketShare = 0.35
    static let sectorShare = 0.25

    private let parts: MarketParts
    private(set) var regime = Regime.calm
    private var days: SplitMix64
    /// The market's chance, and behind it that of each sector; only those that somebody is in.
    private var factors: [(number: Int, chance: SplitMix64)] = []
    /// The shocks of a night and of the steps of a bar, one factor behind the other.
    private var shocks: [Double]
    private static let perFactor = 1 + SyntheticWalk.stepsPerBar

    init(seed: UInt64, _ parts: MarketParts, symbols: [Symbol]) {
        self.parts = parts
        var mixed = SplitMix64(seed: seed ^ 0x6d61_726b_6574)
        days = SplitMix64(seed: mixed.next())
        shocks = [Double](repeating: 0, count: (1 + MarketClimate.sectorCount) * MarketClimate.perFactor)
        let used = Set(symbols.map { 1 + MarketClimate.sector(of: $0) })
        for number in 0...MarketClimate.sectorCount {
            let chance = SplitMix64(seed: mixed.next())
            if parts.sectors, number == 0 || used.contains(number) { factors.append((number, chance)) }
        }
    }

    /// Which sector a symbol is in; its name alone says it.
    static func sector(of symbol: Symbol) -> Int {
        var mixed = SplitMix64(seed: 0)
        for word in [symbol.words.0, symbol.words.1, symbol.words.2] {
            mixed = SplitMix64(seed: mixed.next() ^ word)
        }
        return Int(mixed.next() % UInt64(sectorCount))
    }

    var volatility: Double { parts.regimes ? regime.volatility : 1 }
    /// Of the logarithm of prices, in a day.
    var drift: Double { parts.regimes ? regime.drift : 0 }

    /// A bar begins, and with the first of a session a day.
    mutating func begin(isFirst: Bool) {
        if parts.regimes, isFirst { regime = regime.next(days.uniform()) }
        for at in factors.indices {
            let first = factors[at].number * MarketClimate.perFactor
            for step in (isFirst ? 0 : 1)..<MarketClimate.perFactor {
                shocks[first + step] = factors[at].chance.normal()
            }
        }
    }

    /// A symbol's shock in a step of the bar, or in the night before it (step 0), of variance 1 like its own one.
    func shock(_ own: Double, sector: Int, step: Int) -> Double {
        guard parts.sectors else { return own }
        let common = shocks[step]
        let shared = shocks[(1 + sector) * MarketClimate.perFactor + step]
        let (market, sector) = (MarketClimate.marketShare, MarketClimate.sectorShare)
        return market.squareRoot() * common + sector.squareRoot() * shared
            + (1 - market - sector).squareRoot() * own
    }
}
