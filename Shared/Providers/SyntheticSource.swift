import Domain

/// Invented bars: a geometric Brownian motion for each symbol, in sessions from 14:30 to 21:00 UTC from
/// Monday to Friday. Holidays are traded.
///
/// The same seed gives the same bars to the last unit on every machine: the arithmetic is that of IEEE 754
/// (+, -, ×, ÷ and square root), without any function of a mathematics library. A symbol's bars depend on the
/// seed and its name only, so adding a symbol leaves the others as they were.
public struct SyntheticSource: BarSource {
    private var walks: [SyntheticWalk]
    private let span: Int64
    /// Bars in a session.
    private let slots: Int
    private var date: CivilDate
    private var slot: Int
    private var left: Int
    private var passed = Int64.min

    /// `bars` is how many instants there are, each with a bar of every symbol; `span` is the length of a bar
    /// in nanoseconds, and the first bar opens at `start` or at the first opening of a bar after it.
    public init(
        seed: UInt64, symbols: [Symbol], bars: Int, span: Int64 = 60_000_000_000, start: Timestamp
    ) throws(SourceError) {
        guard span > 0, span <= dailySpan else {
            throw SourceError(
                "a span of \(span) ns does not fit into a session; above 0 and up to \(dailySpan) would be right"
            )
        }
        guard bars >= 0 else { throw SourceError("\(bars) bars cannot be made; 0 or more would be right") }
        let sorted = symbols.sorted()
        for (symbol, next) in zip(sorted, sorted.dropFirst()) where symbol == next {
            throw SourceError("symbol \(symbol) is named twice; once would be right")
        }
        guard CivilDate.synthetic.contains(CivilDate(of: start).days) else {
            throw SourceError("a start at \(written(start)) is out of reach; 1970 to 2199 would be right")
        }
        walks = sorted.map { SyntheticWalk(seed: seed, symbol: $0, span: span) }
        self.span = span
        slots = Int(dailySpan / span)
        left = symbols.isEmpty ? 0 : bars
        date = CivilDate(of: start)
        slot = 0
        let late = start.nanoseconds - dailyOpen(of: date).openedAt.nanoseconds
        if late > 0 { slot = Int((late + span - 1) / span) }
        settle()
    }

    public mutating func skip(through moment: Timestamp) {
        passed = max(passed, moment.nanoseconds)
    }

    public mutating func next() throws(SourceError) -> Instant? {
        while left > 0 {
            guard CivilDate.synthetic.contains(date.days) else {
                throw SourceError("the invented bars have come to the year 2200; fewer bars would be right")
            }
            let openedAt = dailyOpen(of: date).openedAt.nanoseconds + Int64(slot) * span
            let isWanted = openedAt + span > passed
            var bars: [Bar] = []
            if isWanted { bars.reserveCapacity(walks.count) }
            for index in walks.indices {
                let bar = walks[index].next(slot: slot, of: slots, openedAt: Timestamp(nanoseconds: openedAt))
                if isWanted { bars.append(bar) }
            }
            left -= 1
            slot += 1
            settle()
            if isWanted { return Instant(at: Timestamp(nanoseconds: openedAt + span), bars: bars) }
        }
        return nil
    }

    /// Goes on to the next session where this one has no more bars.
    private mutating func settle() {
        if slot < slots, date.isWeekday { return }
        slot = 0
        repeat { date.days += 1 } while !date.isWeekday
    }
}

extension CivilDate {
    /// The dates that invented bars can have.
    fileprivate static let synthetic = 0..<84_000
}
