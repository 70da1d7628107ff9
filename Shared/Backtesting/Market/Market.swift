import Domain

/// Everything that a run is shown, each in the order in which it became known. It is made once and read by every run,
/// on every thread.
public struct Market: Sendable {
    /// The shortest bars of each instrument: the exchange trades on them, and they mark what is held.
    public var bars: BarTable
    /// Longer bars of the same instruments, for strategies that ask for their span.
    public var longerBars: [LongerBar] = []
    public var ticks = TickTable()
    /// By ex-date, and only of instruments that are there.
    public var actions: [MarketAction] = []
    public var benchmark: Benchmark?
    /// What the reader of a report should know about the data, in sentences.
    public var notes: [String] = []

    public init(_ bars: BarTable = BarTable()) { self.bars = bars }

    /// Instruments are numbers from 0 on, in this order.
    public var symbols: [Symbol] { bars.symbols }

    /// The lengths of bars that there are of an instrument, the shortest first.
    public func spans(of instrument: Int) -> [Int64] {
        let longer = Set(longerBars.lazy.filter { Int($0.instrument) == instrument }.map(\.bar.span))
        let shortest = bars.spans[instrument]
        return (shortest > 0 ? [shortest] : []) + longer.sorted()
    }

    /// The time from the first thing to the last.
    public var range: ClosedRange<Timestamp>? {
        guard let barRange = bars.range, let tickRange = ticks.range else { return bars.range ?? ticks.range }
        return min(barRange.lowerBound, tickRange.lowerBound)...max(barRange.upperBound, tickRange.upperBound)
    }

    /// A fingerprint of every figure: the same data have the same one.
    public var fingerprint: UInt128 {
        var hash = Fnv1a()
        hash.add(UInt64(truncatingIfNeeded: bars.fingerprint >> 64))
        hash.add(UInt64(truncatingIfNeeded: bars.fingerprint))
        for longer in longerBars { longer.add(to: &hash) }
        ticks.add(to: &hash)
        for item in actions { item.add(to: &hash) }
        benchmark?.add(to: &hash)
        return hash.value
    }
}

/// A bar that is longer than those on which its instrument is traded.
public struct LongerBar: Sendable {
    /// When it is known, in nanoseconds.
    public var at: Int64
    public var instrument: Int32
    public var bar: Bar

    public init(at: Int64, instrument: Int32, bar: Bar) {
        self.at = at
        self.instrument = instrument
        self.bar = bar
    }

    func add(to hash: inout Fnv1a) {
        let figures = [
            at, Int64(instrument), bar.span, bar.open.units, bar.high.units, bar.low.units, bar.close.units,
            bar.volume.units,
        ]
        for figure in figures { hash.add(UInt64(bitPattern: figure)) }
    }
}

/// A corporate action of an instrument.
public struct MarketAction: Sendable, Equatable {
    public var instrument: Int
    public var action: CorporateAction

    public init(instrument: Int, action: CorporateAction) {
        self.instrument = instrument
        self.action = action
    }

    func add(to hash: inout Fnv1a) {
        let figures = [
            Int64(instrument), Int64(action.kind.rawValue), action.exAt.nanoseconds,
            action.knownAt.nanoseconds, action.numerator, action.denominator, action.amount.units,
        ]
        for figure in figures { hash.add(UInt64(bitPattern: figure)) }
    }
}
