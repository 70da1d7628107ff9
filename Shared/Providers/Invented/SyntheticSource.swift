import Domain

/// Invented bars: a geometric Brownian motion for each symbol, in the sessions of the New York Stock Exchange,
/// with its holidays and half days, and whatever else `MarketParts` has: splits and dividends come with the first
/// instant of their ex-date.
///
/// The same seed gives the same bars to the last unit on every machine: the arithmetic is that of IEEE 754
/// (+, -, ×, ÷ and square root), without any function of a mathematics library. A symbol's bars depend on the
/// seed and its name only, so adding a symbol leaves the others as they were.
public struct SyntheticSource: BarSource {
    /// A session that is not a half day.
    static let spanMax = 390 * Nanoseconds.minute

    private var walks: [SyntheticWalk]
    private var climate: MarketClimate
    private let span: Int64
    /// Which of the calendar's sessions, and which bar of it, comes next.
    private var session: Int
    private var slot = 0
    private var left: Int
    private var passed = Timestamp.distantPast

    /// `bars` is how many instants there are, each with a bar of every symbol; `span` is the length of a bar
    /// in nanoseconds, and the first bar opens at `start` or at the first opening of a bar after it. A session
    /// holds as many bars as fit into it: none where a half day is shorter than a bar, and always one of a day.
    public init(
        seed: UInt64, symbols: [Symbol], bars: Int, span: Int64 = Nanoseconds.minute, start: Timestamp,
        _ parts: MarketParts = .plain
    ) throws(SourceError) {
        guard span > 0, span <= SyntheticSource.spanMax || span == Nanoseconds.day else {
            throw SourceError(
                "a span of \(span) ns does not fit into a session; above 0 and up to \(SyntheticSource.spanMax), or a "
                    + "day, would be right")
        }
        guard bars >= 0 else { throw SourceError("\(bars) bars cannot be made; 0 or more would be right") }
        let sorted = symbols.sorted()
        for (symbol, next) in zip(sorted, sorted.dropFirst()) where symbol == next {
            throw SourceError("symbol \(symbol) is named twice; once would be right")
        }
        let calendar = TradingCalendar.xnys
        guard calendar.covers(start.dateUTC) else {
            throw SourceError(
                "a start at \(start) is out of reach; \(calendar.range.lowerBound) to "
                    + "\(calendar.range.upperBound) would be right")
        }
        walks = sorted.map { SyntheticWalk(seed: seed, symbol: $0, span: span, parts) }
        climate = MarketClimate(seed: seed, parts, symbols: sorted)
        self.span = span
        left = symbols.isEmpty ? 0 : bars
        session = calendar.index(onOrAfter: start.dateUTC)
        if session < calendar.sessions.count {
            let late = start - calendar.sessions[session].open
            if late > 0 { slot = span == Nanoseconds.day ? 1 : Int((late + span - 1) / span) }
        }
    }

    public mutating func skip(through moment: Timestamp) {
        passed = max(passed, moment)
    }

    public mutating func next() throws(SourceError) -> Instant? {
        let sessions = TradingCalendar.xnys.sessions
        while left > 0 {
            guard session < sessions.count else {
                throw SourceError(
                    "the invented bars have come to the end of \(TradingCalendar.xnys.range.upperBound), where the "
                        + "calendar ends; fewer bars would be right")
            }
            let slots = SyntheticSource.slots(of: sessions[session], span)
            guard slot < slots else {
                session += 1
                slot = 0
                continue
            }
            let instant = make(sessions[session], slots)
            left -= 1
            slot += 1
            if let instant { return instant }
        }
        return nil
    }

    /// How many bars a session has.
    public static func slots(of session: Session, _ span: Int64) -> Int {
        span == Nanoseconds.day ? 1 : Int(session.length / span)
    }

    /// The bars of the next instant; nothing where it was passed over.
    private mutating func make(_ day: Session, _ slots: Int) -> Instant? {
        let openedAt = day.open + Int64(slot) * span
        let closesAt = span == Nanoseconds.day ? day.close : openedAt + span
        let place = SyntheticWalk.Place(
            session: session, date: day.date, slot: slot, slots: slots, openedAt: openedAt)
        let isWanted = closesAt > passed
        var instant = Instant(at: closesAt, bars: [])
        if isWanted { instant.bars.reserveCapacity(walks.count) }
        climate.begin(isFirst: slot == 0)
        for index in walks.indices {
            let bar = walks[index].next(place, in: climate)
            guard isWanted else { continue }
            instant.bars.append(bar)
            if let action = walks[index].action { instant.actions.append(action) }
        }
        return isWanted ? instant : nil
    }
}
