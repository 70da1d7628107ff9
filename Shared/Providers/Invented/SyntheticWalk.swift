import Domain

/// The path of one invented symbol: its price, and the chance that moves it.
///
/// What a market has beyond the walk itself draws from chance of its own, and leaves the walk's numbers as they are where
/// it is not there: a plain market is the same to the last bit.
struct SyntheticWalk {
    static let stepsPerBar = 4
    /// In dollars; a price that reaches a limit stays inside it.
    private static let priceLimits = 0.5...100_000.0
    /// As exchanges halt what moves too far, no price of a market with parts is farther from the last session's close, and
    /// none within a session farther from its bar's open.
    private static let dayBand = 0.8...1.25
    private static let barBand = 0.96...1.04
    private static let volatilityMax = 3.0
    /// Jumps in a year, the part of them that comes over night, and how far they go.
    private static let jumpsYear = 6.0
    private static let jumpsNight = 2.0 / 3
    private static let jumpNight = (deviation: 0.06, most: 0.18)
    private static let jumpBar = (deviation: 0.015, most: 0.03)

    private let symbol: Symbol
    private let span: Int64
    private let parts: MarketParts
    private let sector: Int
    private var chance: SplitMix64
    private var jumps: SplitMix64
    private var wave: VolatilityWave
    private var company: InventedCompany
    private var price: Double
    /// Of the logarithm of the price, for a quarter of a bar and for a night.
    private let deviationStep: Double
    private let deviationNight: Double
    /// The part of a session that a bar is.
    private let sessionShare: Double
    /// Shares in a bar in the middle of the session.
    private var volumeTypical: Double
    private var hasBegun = false
    /// Where the price may be in the session, and in the bar.
    private var dayLimits = SyntheticWalk.priceLimits
    private var band = SyntheticWalk.priceLimits
    /// What the company did before the bar that was made last.
    private(set) var action: CorporateAction?

    init(seed: UInt64, symbol: Symbol, span: Int64, _ parts: MarketParts) {
        self.symbol = symbol
        self.span = span
        self.parts = parts
        sector = MarketClimate.sector(of: symbol)
        var mixed = SplitMix64(seed: seed)
        // The symbol's words one after the other, each through the generator, so that names that differ
        // anywhere have nothing in common.
        for word in [symbol.words.0, symbol.words.1, symbol.words.2] {
            mixed = SplitMix64(seed: mixed.next() ^ word)
        }
        chance = mixed
        var others = SplitMix64(seed: mixed.next() ^ 0x7061_7274_73)
        jumps = SplitMix64(seed: others.next())
        price = 20 + 280 * chance.uniform()
        let deviationYear = 0.15 + 0.35 * chance.uniform()
        let deviationSession = deviationYear / (252.0).squareRoot()
        sessionShare =
            span == Nanoseconds.day ? 1 : Double(span) / Double(SyntheticSource.spanMax)
        // A fifth of a day's variance comes while the exchange is closed.
        deviationStep =
            deviationSession * (0.8 * sessionShare / Double(SyntheticWalk.stepsPerBar)).squareRoot()
        deviationNight = deviationSession * (0.2).squareRoot()
        volumeTypical = (1_000_000 + 9_000_000 * chance.uniform()) * sessionShare
        wave = VolatilityWave(SplitMix64(seed: others.next()), days: sessionShare)
        company = InventedCompany(symbol, SplitMix64(seed: others.next()), parts)
    }

    /// A bar's place: number `slot` of the `slots` of a session, which has that number in the calendar.
    struct Place {
        var session: Int
        var date: CivilDate
        var slot: Int
        var slots: Int
        var openedAt: Timestamp
    }

    mutating func next(_ place: Place, in climate: MarketClimate) -> Bar {
        action = nil
        let volatility = parts == .plain ? 1 : min(climate.volatility * calm, SyntheticWalk.volatilityMax)
        if place.slot == 0 { pass(night: place, volatility, climate) }
        hasBegun = true
        let open = cents
        if parts != .plain, span < Nanoseconds.day { narrow(to: SyntheticWalk.barBand, around: price) }
        var (high, low, close) = (open, open, open)
        var shocks = 0.0
        for step in 1...SyntheticWalk.stepsPerBar {
            let shock = climate.shock(chance.normal(), sector: sector, step: step)
            shocks += shock
            let share = 0.8 * sessionShare / Double(SyntheticWalk.stepsPerBar)
            move(deviationStep * volatility, shock, climate.drift * share)
            if parts.jumps, step == SyntheticWalk.stepsPerBar {
                jump(SyntheticWalk.jumpBar, (1 - SyntheticWalk.jumpsNight) * sessionShare)
            }
            close = cents
            high = max(high, close)
            low = min(low, close)
        }
        if parts.volatility { wave.pass(shocks / 2) }
        let shares = shares(place, volatility)
        return Bar(
            symbol: symbol, span: span, openedAt: place.openedAt, open: Price(units: open),
            high: Price(units: high),
            low: Price(units: low), close: Price(units: close), volume: Volume(units: shares * 1000),
            trades: UInt64(1 + shares / 120))
    }

    private var calm: Double { parts.volatility ? wave.factor : 1 }

    /// What happens between two sessions: the company acts, and the price moves.
    private mutating func pass(night place: Place, _ volatility: Double, _ climate: MarketClimate) {
        if hasBegun {
            action = company.action(before: place.session, on: place.date, at: price)
            if let action { follow(action) }
        }
        if parts != .plain {
            dayLimits = SyntheticWalk.priceLimits
            narrow(to: SyntheticWalk.dayBand, around: price)
            dayLimits = band
        }
        let shock = climate.shock(chance.normal(), sector: sector, step: 0)
        move(deviationNight * volatility, shock, climate.drift * 0.2)
        if parts.jumps { jump(SyntheticWalk.jumpNight, SyntheticWalk.jumpsNight) }
    }

    private mutating func follow(_ action: CorporateAction) {
        guard action.kind == .split else {
            price -= Double(action.amount.units) / Double(Price.scale)
            return
        }
        let ratio = Double(action.numerator) / Double(action.denominator)
        price /= ratio
        volumeTypical *= ratio
    }

    /// Leaves the price so much room around where it is, and none outside of the day's.
    private mutating func narrow(to room: ClosedRange<Double>, around price: Double) {
        band =
            max(
                dayLimits.lowerBound, price * room.lowerBound)...min(
                dayLimits.upperBound, price * room.upperBound)
    }

    /// Moves the price by a random part of itself; on average it stays where it is, but for a drift.
    private mutating func move(_ deviation: Double, _ shock: Double, _ drift: Double) {
        let change = exponential(deviation * shock + drift - deviation * deviation / 2)
        price = min(max(price * change, band.lowerBound), band.upperBound)
    }

    /// Jumps, or in most cases does not; `share` is the part of a day's jumps that may come now.
    private mutating func jump(_ size: (deviation: Double, most: Double), _ share: Double) {
        guard jumps.uniform() < SyntheticWalk.jumpsYear / 252 * share else { return }
        let way = min(max(size.deviation * jumps.normal(), -size.most), size.most)
        price = min(max(price * exponential(way), band.lowerBound), band.upperBound)
    }

    /// The price in whole cents, as units.
    private var cents: Int64 { Int64(price * 100 + 0.5) * 10_000 }

    /// Many shares at the open and the close, few at noon, and more of them where prices move far.
    private mutating func shares(_ place: Place, _ volatility: Double) -> Int64 {
        let fromNoon = (2 * Double(place.slot) + 1) / Double(place.slots) - 1
        let shape = 0.6 + 1.8 * fromNoon * fromNoon
        let amount = volumeTypical * shape * (0.5 + chance.uniform())
        return 1 + Int64(amount * ((1 + volatility) / 2))
    }
}
