import Domain

/// Divides what comes from a live market into instants, so that the services of a mesh decide at the same points as they
/// would in a replay of the same bars.
///
/// The instant of a minute ends when each symbol has its bar, or a grace after it became known that the minute is over:
/// by the first of its bars, or by anything of a later minute. Time is the data's throughout, and only the grace is
/// measured by the clock of whoever asks, so that a market that goes at another speed has the same instants. A minute of
/// which nothing came has none.
///
/// A bar that comes after its minute has ended is not lost: it goes at once, in an instant of its own.
public struct LiveInstants {
    /// What is to be said, in this order.
    public enum Output: Equatable, Sendable {
        /// A datum and the data's time at which it is said.
        case datum(Body, at: Timestamp)
        /// A bar that takes the place of one that was said before.
        case correction(Bar, at: Timestamp)
        /// The instant of that time is over.
        case end(Timestamp)
    }

    private struct Minute {
        var end: Timestamp
        /// What is not said yet, in the order in which it came.
        var waiting: [Body] = []
        var corrections: [Bar] = []
        /// Whose bars are there, said or not.
        var bars: Set<Symbol> = []
        /// When it became known that it is over, by the host's clock.
        var overSince: Timestamp?
        /// All that there is of it is known: it came from a provider's history.
        var isWhole = false
    }

    private let symbols: Set<Symbol>
    private let span: Int64
    private let grace: Int64
    /// The instants that have not ended, oldest first.
    private var minutes: [Minute] = []
    /// What companies do, the earliest first. Each has an instant of its own, before the first bar of its ex-date, or as
    /// soon as it is known.
    private var actions: [CorporateAction] = []
    /// Of the minute that ends then something was said, and its instant is not over.
    private var begun: Timestamp?
    /// Bars that came late.
    private var late: [Body] = []
    /// The end of the latest instant.
    public private(set) var last: Timestamp?
    /// When the last bar of each symbol opened that was taken.
    private var latest: [Symbol: Timestamp]
    /// Bars that were there already when they came again from a provider's history, or beside it.
    public private(set) var repeated = 0
    public private(set) var lateBars = 0

    /// So many minutes wait at most; then the oldest ends without grace.
    static let minutesMax = 32

    /// Goes on after an instant, with the bars that were said until then.
    public init(
        _ symbols: [Symbol], span: Int64 = Nanoseconds.minute, grace: Int64, after last: Timestamp?,
        latest: [Symbol: Timestamp] = [:]
    ) {
        self.symbols = Set(symbols)
        self.span = span
        self.grace = grace
        self.last = last
        self.latest = latest
        let said = latest.values.max().map { $0 + span }
        begun = said.flatMap { end in last.map { end > $0 } ?? false ? end : nil }
    }

    /// How far it has come: to the end of the latest instant, or, before the first, to the latest bar. Nothing where
    /// nothing was ever said.
    public var said: Timestamp? { last ?? latest.values.max() }

    // MARK: what comes

    /// Takes a bar of the stream. One that is there already goes on, too: the gatekeeper says what it is. Of another stream
    /// than the first one it is marked with its provider.
    public mutating func take(_ bar: Bar, of other: String? = nil, at now: Timestamp) {
        take(bar, with: other.map { DataFault(bar, ofStream: $0) }, at: now)
    }

    private mutating func take(_ bar: Bar, with mark: DataFault?, at now: Timestamp) {
        let told = [.bar(bar)] + (mark.map { [$0.body] } ?? [])
        latest[bar.symbol] = max(latest[bar.symbol] ?? bar.openedAt, bar.openedAt)
        if let last, bar.closesAt <= last {
            lateBars += 1
            late += told
            return
        }
        let at = place(of: bar.closesAt)
        minutes[at].waiting += told
        minutes[at].bars.insert(bar.symbol)
        minutes[at].overSince = minutes[at].overSince ?? now
        noteLater(than: at, now)
    }

    /// Takes a quote or a trade. One of a minute that has ended belongs to the next one.
    public mutating func take(_ body: Body, of moment: Timestamp, at now: Timestamp) {
        var end = Timestamp(nanoseconds: moment.nanoseconds - moment.nanoseconds % span + span)
        if let last, end <= last { end = minutes.first?.end ?? last + span }
        let at = place(of: end)
        minutes[at].waiting.append(body)
        noteLater(than: at, now)
    }

    /// Takes a bar that corrects one of its time. It goes with the next instant that ends.
    public mutating func take(correction bar: Bar, at now: Timestamp) {
        var end = bar.closesAt
        if let last, end <= last { end = minutes.first?.end ?? last + span }
        let at = place(of: end)
        minutes[at].corrections.append(bar)
        noteLater(than: at, now)
    }

    /// Takes what a company does. It waits for the first minute of its ex-date.
    public mutating func take(_ action: CorporateAction) {
        guard !awaits(action) else { return }
        actions.insert(action, at: actions.firstIndex { $0.exAt > action.exAt } ?? actions.count)
    }

    public func awaits(_ action: CorporateAction) -> Bool {
        actions.contains { $0.symbol == action.symbol && $0.kind == action.kind && $0.exAt == action.exAt }
    }

    /// A bar of a provider's history.
    public struct Given: Equatable, Sendable {
        public var bar: Bar
        public var provider: String

        public init(_ bar: Bar, by provider: String) { (self.bar, self.provider) = (bar, provider) }
    }

    /// Takes bars of a provider's history, oldest first: what a stream has missed. Each is marked as one that stands in, for
    /// whoever asks how old data are. Those that are there already are left
    /// out; every minute but the newest is whole.
    public mutating func fill(_ bars: [Given], at now: Timestamp) {
        guard let newest = bars.last?.bar.closesAt else { return }
        for given in bars where symbols.contains(given.bar.symbol) {
            let bar = given.bar
            let mark = DataFault(standIn: bar, from: given.provider, at: now)
            let isKnown = latest[bar.symbol].map { bar.openedAt <= $0 } ?? false
            if let last, bar.closesAt <= last {
                if isKnown { repeated += 1 } else { take(bar, with: mark, at: now) }
                continue
            }
            let at = place(of: bar.closesAt)
            minutes[at].isWhole = minutes[at].isWhole || bar.closesAt < newest
            minutes[at].overSince = minutes[at].overSince ?? now
            minutes[at].bars.insert(bar.symbol)
            if isKnown {
                repeated += 1
            } else {
                latest[bar.symbol] = bar.openedAt
                minutes[at].waiting.append(.bar(bar))
                minutes[at].waiting.append(mark.body)
            }
        }
    }

    /// Whether a bar is there already, or is older than one that is.
    public func knows(_ bar: Bar) -> Bool { latest[bar.symbol].map { bar.openedAt <= $0 } ?? false }

    /// When the newest bar opened that was taken.
    public var newest: Timestamp? { latest.values.max() }

    public mutating func noteRepeated() { repeated += 1 }

    private mutating func place(of end: Timestamp) -> Int {
        let at = minutes.firstIndex { $0.end >= end } ?? minutes.count
        if at < minutes.count, minutes[at].end == end { return at }
        minutes.insert(Minute(end: end), at: at)
        return at
    }

    /// A later minute shows that those before it are over.
    private mutating func noteLater(than at: Int, _ now: Timestamp) {
        for earlier in 0..<at where minutes[earlier].overSince == nil { minutes[earlier].overSince = now }
        if at + 1 < minutes.count, minutes[at].overSince == nil { minutes[at].overSince = now }
    }

    // MARK: what goes

    /// When the oldest minute ends of which there is something to say.
    public var waiting: Timestamp? { minutes.first?.end }

    /// When there may be something to say though nothing comes.
    public var nextAt: Timestamp {
        guard let first = minutes.first, let since = first.overSince else { return .distantFuture }
        return since + grace
    }

    /// What is to be said by now. Data of the oldest minute go at once, those of later ones wait for its end.
    public mutating func next(at now: Timestamp) -> [Output] {
        var outputs: [Output] = []
        sayLate(&outputs)
        while !minutes.isEmpty {
            let end = minutes[0].end
            if begun != end { act(before: end, &outputs) }
            if !minutes[0].waiting.isEmpty { begun = end }
            outputs += minutes[0].waiting.map { .datum($0, at: end) }
            outputs += minutes[0].corrections.map { .correction($0, at: end) }
            (minutes[0].waiting, minutes[0].corrections) = ([], [])
            guard isOver(minutes[0], at: now) else { break }
            outputs.append(.end(end))
            last = end
            minutes.removeFirst()
        }
        return outputs
    }

    /// Says what companies do before a minute, in an instant for each ex-date.
    private mutating func act(before end: Timestamp, _ outputs: inout [Output]) {
        while let first = actions.first, first.exAt < end {
            let at = last.map { max(first.exAt, $0 + 1) } ?? first.exAt
            let due = actions.prefix { $0.exAt == first.exAt }
            outputs += due.map { .datum(.corporateAction($0), at: at) }
            actions.removeFirst(due.count)
            outputs.append(.end(at))
            last = at
        }
    }

    private mutating func sayLate(_ outputs: inout [Output]) {
        guard !late.isEmpty, let last else { return }
        let at = last + 1
        outputs += late.map { .datum($0, at: at) }
        outputs.append(.end(at))
        self.last = at
        late = []
    }

    private func isOver(_ minute: Minute, at now: Timestamp) -> Bool {
        if minute.isWhole || minutes.count > LiveInstants.minutesMax { return true }
        if minute.bars.count >= symbols.count { return true }
        guard let since = minute.overSince else { return false }
        return now - since >= grace
    }
}
