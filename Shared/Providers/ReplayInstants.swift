import Domain

/// The instants of a replay: those of a source's bars and, before the first bar of their ex-date, those of what companies
/// did to their shares.
///
/// An action has an instant of its own. In one with bars the fills of a day's open would be booked before that day's
/// dividend, and whoever bought at that open would be paid for shares that he did not have overnight.
public struct ReplayInstants {
    public struct Element: Equatable, Sendable {
        public var at: Timestamp
        public var bars: [Bar] = []
        public var actions: [CorporateAction] = []
    }

    private var source: any BarSource
    /// The latest first.
    private var actions: [CorporateAction]
    private var known: Set<Name> = []
    private var following: Instant?
    private var hasBegun = false
    private var last = Timestamp.distantPast
    private var closes: [Symbol: Price] = [:]
    /// Splits that the prices do not show, in sentences: they are adjusted for it already, and it was left out.
    public private(set) var notes: [String] = []

    /// Of an action that several files tell of the first is taken.
    public init(_ source: any BarSource, _ actions: [CorporateAction] = []) {
        self.source = source
        self.actions = []
        add(actions)
    }

    private mutating func add(_ more: [CorporateAction]) {
        let taken = more.filter {
            known.insert(Name(symbol: $0.symbol, kind: $0.kind, exAt: $0.exAt)).inserted
        }
        guard !taken.isEmpty else { return }
        actions = (actions.reversed() + taken).enumerated().sorted {
            ($0.element.exAt, $0.offset) > ($1.element.exAt, $1.offset)
        }.map(\.element)
    }

    /// The source's next instant; what it knows of actions is added to that of files.
    private mutating func advance() throws(SourceError) {
        following = try source.next()
        add(following?.actions ?? [])
    }

    private struct Name: Hashable {
        var symbol: Symbol
        var kind: ActionKind
        var exAt: Timestamp
    }

    public mutating func next() throws(SourceError) -> Element? {
        if !hasBegun { try advance() }
        hasBegun = true
        guard let instant = following else { return nil }
        while let first = actions.last, first.exAt < instant.at {
            var due: [CorporateAction] = []
            while let action = actions.last, action.exAt == first.exAt {
                actions.removeLast()
                if shows(action, in: instant.bars) { due.append(action) }
            }
            guard !due.isEmpty else { continue }
            last = max(first.exAt, last + 1)
            return Element(at: last, actions: due)
        }
        for bar in instant.bars { closes[bar.symbol] = bar.close }
        last = instant.at
        try advance()
        return Element(at: instant.at, bars: instant.bars)
    }

    /// A split that the next prices do not show would invent a gain or a loss.
    private mutating func shows(_ action: CorporateAction, in bars: [Bar]) -> Bool {
        guard action.kind == .split, let before = closes[action.symbol],
            let after = bars.first(where: { $0.symbol == action.symbol })?.open,
            !action.shows(from: before, to: after)
        else { return true }
        notes.append(
            "the split \(action.numerator) for \(action.denominator) of \(action.symbol) on "
                + "\(EasternTime.local(at: action.exAt).date) does not show in the prices (\(before), then \(after)): "
                + "they are adjusted for it already, and it is left out")
        return false
    }
}
