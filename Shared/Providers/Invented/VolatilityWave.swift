/// The volatility of a symbol, as a factor that moves around 1: the logarithm of the variance returns to its mean, and is
/// pushed up by what pushes the price down.
struct VolatilityWave {
    /// In a day: how much of the way to the mean it goes, and how far chance moves it.
    private static let pull = 0.05
    private static let push = 0.25
    /// The part of the push that is opposite to the price's shock, and the rest: their squares make 1.
    private static let opposite = -0.6
    private static let own = 0.8
    private static let levelMax = 2.5
    /// The variance of the level in the long run.
    private static let spread = push * push / (2 * pull)

    private var chance: SplitMix64
    private var level: Double
    private let days: Double
    private let root: Double
    private(set) var factor = 1.0

    /// `days` is the part of a session that a bar is.
    init(_ chance: SplitMix64, days: Double) {
        self.chance = chance
        self.days = days
        root = days.squareRoot()
        level = 0
        level = VolatilityWave.spread.squareRoot() * self.chance.normal()
        settle()
    }

    /// A bar is over; `shock` is what moved the price in it, of variance 1.
    mutating func pass(_ shock: Double) {
        let push = VolatilityWave.opposite * shock + VolatilityWave.own * chance.normal()
        level += VolatilityWave.push * root * push - VolatilityWave.pull * days * level
        settle()
    }

    /// The mean of the variance is 1.
    private mutating func settle() {
        level = min(max(level, -VolatilityWave.levelMax), VolatilityWave.levelMax)
        let half = exponential((level - VolatilityWave.spread / 2) / 4)
        factor = half * half
    }
}
