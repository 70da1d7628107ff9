import Domain

/// Something that looks at a market and says what it thinks of each instrument: a strategy, or several as one.
public protocol Voice: SendableMetatype {
    /// How many bars of an instrument must have been seen before the first opinion about it.
    var warmUp: Int { get }

    /// A bar is over. Its prices and volume are in shares as they were at the beginning: splits since then do not show.
    mutating func onBar(_ bar: Bar, of instrument: Int, at now: Timestamp, _ opinions: inout Opinions)
    /// Bars of an instrument are over, one after the other, and nothing else has happened meanwhile. Looks at them up to
    /// the first of which it has something to say, and returns at how many.
    mutating func onBars(_ bars: BarRun, of instrument: Int, _ opinions: inout Opinions) -> Int
    mutating func onQuote(_ quote: Quote, of instrument: Int, at now: Timestamp, _ opinions: inout Opinions)
    mutating func onTrade(_ trade: Trade, of instrument: Int, at now: Timestamp, _ opinions: inout Opinions)
    /// One of the voice's own orders was filled, wholly or in part.
    mutating func onFill(_ fill: Fill, of instrument: Int, at now: Timestamp, _ opinions: inout Opinions)
    /// A moment has come that was asked for with `opinions.wake(at:)`. One that was asked for at the moment itself
    /// comes after everything else that happened in it.
    mutating func onTimer(at now: Timestamp, _ opinions: inout Opinions)
}

extension Voice {
    @inlinable public mutating func onBar(
        _ bar: Bar, of instrument: Int, at now: Timestamp, _ opinions: inout Opinions
    ) {}
    /// Each bar as it would come alone. The compiler makes one loop of this and a voice's `onBar`.
    @inlinable public mutating func onBars(
        _ bars: BarRun, of instrument: Int, _ opinions: inout Opinions
    ) -> Int {
        for place in 0..<bars.count {
            onBar(bars[place], of: instrument, at: bars.knownAt(place), &opinions)
            if !opinions.isEmpty { return place + 1 }
        }
        return bars.count
    }
    @inlinable public mutating func onQuote(
        _ quote: Quote, of instrument: Int, at now: Timestamp, _ opinions: inout Opinions
    ) {}
    @inlinable public mutating func onTrade(
        _ trade: Trade, of instrument: Int, at now: Timestamp, _ opinions: inout Opinions
    ) {}
    @inlinable public mutating func onFill(
        _ fill: Fill, of instrument: Int, at now: Timestamp, _ opinions: inout Opinions
    ) {}
    @inlinable public mutating func onTimer(at now: Timestamp, _ opinions: inout Opinions) {}
}
