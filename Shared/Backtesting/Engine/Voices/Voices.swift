import Domain
import Strategies

/// Who is shown the market and says what it thinks: one strategy, or several that share an account.
protocol Voices {
    /// How many strategies there are, numbered from 0.
    var count: Int { get }
    /// Bars that pass before the first opinion.
    var warmUp: Int { get }
    /// Something was said that was not heard yet.
    var haveSpoken: Bool { get }

    /// What a strategy has said and nobody has heard yet.
    subscript(strategy: Int) -> Opinions { get set }

    /// A bar of those that its instrument is traded on, and one that is longer.
    mutating func onBar(_ bar: Bar, of instrument: Int, at now: Timestamp)
    mutating func onLongerBar(_ bar: Bar, of instrument: Int, at now: Timestamp)
    mutating func onQuote(_ quote: Quote, of instrument: Int, at now: Timestamp)
    mutating func onTrade(_ trade: Trade, of instrument: Int, at now: Timestamp)
    mutating func onFill(_ fill: Fill, of instrument: Int, at now: Timestamp, for strategy: Int)
    mutating func onTimer(at now: Timestamp, for strategy: Int)

    /// Everything that was said has been heard.
    mutating func wereHeard()
}
