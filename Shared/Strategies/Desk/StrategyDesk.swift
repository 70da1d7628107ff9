import Domain

/// Strategies among the machines of the mesh: each is shown the bars of the market and its own fills, and what it says
/// becomes signals.
///
/// An instant's fills come before its bars. A strategy that asks to be woken at the moment itself is, after everything
/// else that happened in it.
public final class StrategyDesk: Desk {
    /// A strategy with the name that orders and reports know it by.
    public struct Member: Sendable {
        public var label: String
        public var make: @Sendable ([Symbol]) throws -> any Voice & Remembering

        public init(_ label: String, _ blueprint: some Blueprint, _ arguments: Arguments) {
            self.label = label
            make = { symbols in try blueprint.make(arguments, symbols: symbols) }
        }

        /// Makes it, and refuses what no snapshot could keep.
        func tried(_ symbols: [Symbol]) throws -> any Voice & Remembering {
            var voice = try make(symbols)
            do throws(SnapshotMismatch) {
                var walk = SnapshotWalk()
                try voice.remember(&walk)
            } catch {
                throw ParameterError("the mesh cannot host \(label): \(error)")
            }
            return voice
        }
    }

    public struct Setup: Sendable {
        public var symbols: SymbolTable
        /// Those of this desk.
        public var members: [Member]
        /// The account has no strategy but one.
        public var isAlone: Bool
        /// All strategies of the account by their labels, where fills are divided among those that hold a position.
        public var sharers: [String]

        /// Tells why a strategy cannot be made, if one cannot.
        public init(symbols: [Symbol], members: [Member], isAlone: Bool, sharers: [String] = []) throws {
            self.symbols = SymbolTable(symbols)
            self.members = members
            self.isAlone = isAlone
            self.sharers = sharers
            for member in members { _ = try member.tried(symbols) }
        }
    }

    let setup: Setup
    var voices: [any Voice & Remembering]
    var opinions: Opinions
    /// When strategies want to be woken, earliest first; of one moment the first strategy first.
    private var wakes: [(at: Timestamp, speaker: Int)] = []
    private var closed = Timestamp.distantPast
    /// The last bar of each instrument: what is said at the end of an instant is said of it.
    var bars: [Origin?]
    /// By instrument, the measure in which strategies see its prices.
    private var measures: [Measure]
    private var sharing: Sharing
    /// What the historian has from before the first instant, until all of it is there.
    var past = PastBars()

    public init(_ setup: Setup) {
        self.setup = setup
        do {
            voices = try setup.members.map { try $0.make(setup.symbols.symbols) }
        } catch {
            preconditionFailure("a strategy was made once and cannot be made again: \(error)")
        }
        bars = setup.symbols.symbols.map { _ in nil }
        measures = setup.symbols.symbols.map { _ in Measure() }
        sharing = Sharing(setup.sharers, instruments: setup.symbols.count)
        opinions = Opinions(of: setup.members.map(\.label), symbols: setup.symbols.symbols)
    }

    public func receive(_ message: Message, at now: Timestamp, _ outbox: inout Outbox) {
        if message.topic == .history || message.topic == .historyEnd {
            return take(past: message, &outbox)
        }
        wake(before: now)
        switch message.body {
        case .brokerReport(let report):
            if let fill = report.fill { show(fill, at: now) }
        case .bar(let bar):
            guard let symbol = setup.symbols.index(of: bar.symbol) else { return }
            bars[symbol.number] = message.asOrigin
            let shown = measures[symbol.number].shown(bar)
            for speaker in voices.indices {
                opinions.speaker = speaker
                voices[speaker].onBar(shown, of: symbol.number, at: now, &opinions)
            }
        case .corporateAction(let action):
            guard let symbol = setup.symbols.index(of: action.symbol) else { break }
            if sharing.isOn { sharing.apply(action, to: symbol.number) }
            guard action.kind == .split else { break }
            // What was said before it names prices of before.
            if !opinions.isEmpty { speak(&outbox) { _ in nil } }
            do throws(CorporateActionError) {
                try measures[symbol.number].split(action)
            } catch {
                tell("\(error) Strategies see its prices as they are.", &outbox)
            }
        case .step(let step) where step.time > closed:
            closed = step.time
            wake(before: step.time + 1)
            return speak(&outbox) { bars[$0] }
        default: break
        }
        if !opinions.isEmpty { speak(&outbox) { _ in nil } }
    }

    func tell(_ text: String, _ outbox: inout Outbox) {
        outbox.send(
            .alarm(Alarm(level: .critical, code: "action", explanation: text)), on: .alarm(from: "strategist")
        )
    }

    /// Shows a fill to the strategy whose order it is. What was closed for want of margin is shown to the strategy that
    /// is alone; of several none is told, and portfolio knows whose part it was.
    private func show(_ fill: Fill, at now: Timestamp) {
        guard let symbol = setup.symbols.index(of: fill.symbol) else { return }
        guard sharing.isOn else { return show(fill, of: symbol, to: fill.strategy, at: now) }
        for part in sharing.take(fill, of: symbol.number) {
            show(part.fill, of: symbol, to: part.label, at: now)
        }
    }

    private func show(_ fill: Fill, of symbol: SymbolIndex, to label: String, at now: Timestamp) {
        let known = setup.members.firstIndex { $0.label == label }
        guard let speaker = known ?? (setup.isAlone ? voices.indices.first : nil) else { return }
        opinions.speaker = speaker
        voices[speaker].onFill(measures[symbol.number].shown(fill), of: symbol.number, at: now, &opinions)
    }

    /// Wakes whoever wants to be before a moment.
    func wake(before moment: Timestamp) {
        noteWakes()
        while let first = wakes.first, first.at < moment {
            wakes.removeFirst()
            opinions.speaker = first.speaker
            voices[first.speaker].onTimer(at: first.at, &opinions)
            noteWakes()
        }
    }

    func noteWakes() {
        for wake in opinions.wakes where !wakes.contains(where: { $0 == (wake.at, wake.speaker) }) {
            let place = wakes.firstIndex { (wake.at, wake.speaker) < ($0.at, $0.speaker) }
            wakes.insert((wake.at, wake.speaker), at: place ?? wakes.endIndex)
        }
        opinions.forgetWakes()
    }

    private func speak(_ outbox: inout Outbox, because origin: (Int) -> Origin?) {
        noteWakes()
        for item in opinions.items {
            let signal = measures[item.instrument].real(item.signal)
            outbox.send(.signal(signal), on: .signal(signal.strategy), because: origin(item.instrument))
        }
        opinions.removeAll()
    }

    // MARK: What is remembered

    public static let snapshotVersion: UInt32 = 3

    public func remember(_ walk: inout SnapshotWalk) throws(SnapshotMismatch) {
        try walk.count(voices.count)
        for (place, member) in setup.members.enumerated() {
            var label = member.label
            try walk.text(&label)
            guard label == member.label else {
                throw SnapshotMismatch("the snapshot has \(label) where there is \(member.label)")
            }
            try voices[place].remember(&walk)
        }
        try walk.list(&wakes, blank: (at: .zero, speaker: 0)) { (wake, walk) throws(SnapshotMismatch) in
            try walk.moment(&wake.at)
            try walk.integer(&wake.speaker)
        }
        try walk.moment(&closed)
        try walk.each(&bars) { (bar, walk) throws(SnapshotMismatch) in try walk.origin(&bar) }
        // An older snapshot ends here.
        if walk.isReading, walk.isAtEnd { return }
        try walk.each(&measures) { (measure, walk) throws(SnapshotMismatch) in try measure.remember(&walk) }
        try past.remember(&walk)
        if sharing.isOn, !walk.isReading || !walk.isAtEnd { try sharing.remember(&walk) }
    }
}
