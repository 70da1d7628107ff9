import Domain
import Strategies

/// One strategy, which the compiler knows: it is shown the bars that each instrument is traded on.
struct Solo<S: Strategy>: Voices {
    private var strategy: S
    private var opinions: Opinions

    init(_ strategy: consuming S, symbols: [Symbol]) {
        self.strategy = strategy
        opinions = Opinions(of: S.name, symbols: symbols)
    }

    var count: Int { 1 }
    var warmUp: Int { strategy.warmUp }
    @inline(__always) var haveSpoken: Bool { !opinions.isEmpty }

    subscript(number: Int) -> Opinions {
        _read { yield opinions }
        _modify { yield &opinions }
    }

    @inline(__always) mutating func onBar(_ bar: Bar, of instrument: Int, at now: Timestamp) {
        strategy.onBar(bar, of: instrument, at: now, &opinions)
    }

    mutating func onLongerBar(_ bar: Bar, of instrument: Int, at now: Timestamp) {}

    @inline(__always) mutating func onQuote(_ quote: Quote, of instrument: Int, at now: Timestamp) {
        strategy.onQuote(quote, of: instrument, at: now, &opinions)
    }

    @inline(__always) mutating func onTrade(_ trade: Trade, of instrument: Int, at now: Timestamp) {
        strategy.onTrade(trade, of: instrument, at: now, &opinions)
    }

    mutating func onFill(_ fill: Fill, of instrument: Int, at now: Timestamp, for number: Int) {
        strategy.onFill(fill, of: instrument, at: now, &opinions)
    }

    mutating func onTimer(at now: Timestamp, for number: Int) { strategy.onTimer(at: now, &opinions) }

    mutating func wereHeard() {}
}
