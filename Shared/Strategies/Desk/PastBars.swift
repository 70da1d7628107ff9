import Domain

/// What the historian has from before the first instant, as it comes in.
struct PastBars: Sendable, Equatable {
    /// Of which answer it is: a new one begins anew.
    var id = ""
    var splits: [CorporateAction] = []
    var bars: [Bar] = []

    /// The bars by the moments at which they were known, in shares as they are now. What they would be that lie before a
    /// split that cannot be nobody knows: they are left out, and why is told.
    func instants(_ faults: inout [CorporateActionError]) -> [(at: Timestamp, bars: [Bar])] {
        var instants: [(at: Timestamp, bars: [Bar])] = []
        var known: [(Timestamp, Symbol, Bar)] = []
        for bar in bars {
            do throws(CorporateActionError) {
                known.append((bar.closesAt, bar.symbol, try adjusted(bar)))
            } catch {
                if !faults.contains(error) { faults.append(error) }
            }
        }
        for (at, _, bar) in known.sorted(by: { ($0.0, $0.1) < ($1.0, $1.1) }) {
            if instants.last?.at != at { instants.append((at, [])) }
            instants[instants.count - 1].bars.append(bar)
        }
        return instants
    }

    /// A bar from before a split of 2 for 1 has half the price and twice the volume.
    private func adjusted(_ bar: Bar) throws(CorporateActionError) -> Bar {
        var measure = Measure()
        for split in splits where split.symbol == bar.symbol && split.exAt > bar.openedAt {
            try measure.split(split)
        }
        return measure.real(bar)
    }

    mutating func remember(_ walk: inout SnapshotWalk) throws(SnapshotMismatch) {
        try walk.text(&id)
        try walk.list(&splits, blank: CorporateAction()) { (split, walk) throws(SnapshotMismatch) in
            try walk.action(&split)
        }
        try walk.list(&bars, blank: Bar()) { (bar, walk) throws(SnapshotMismatch) in try walk.bar(&bar) }
    }
}

extension StrategyDesk.Setup {
    /// How many bars of each symbol bring all strategies so far that the next one may be their first to say something of.
    public func barsBefore() throws -> Int {
        try members.map { try $0.make(symbols.symbols).warmUp - 1 }.max() ?? 0
    }
}

extension StrategyDesk {
    /// Something of history.
    func take(past message: Message, _ outbox: inout Outbox) {
        switch message.body {
        case .answer(let answer):
            if answer.id != past.id { past = PastBars(id: answer.id) }
            past.bars += answer.bars
        case .corporateAction(let action): past.splits.append(action)
        default: break
        }
        if message.topic == .historyEnd { showPast(&outbox) }
    }

    /// Shows each strategy as many bars as it warms up on, but for the last one: that is the first one of the market.
    /// Whatever is said of them all the same is of the past, and nobody is told.
    private func showPast(_ outbox: inout Outbox) {
        var faults: [CorporateActionError] = []
        let instants = past.instants(&faults)
        for fault in faults {
            tell("\(fault) Strategies do not warm up on the bars from before it.", &outbox)
        }
        past = PastBars()
        var left = Array(repeating: 0, count: bars.count)
        for bar in instants.lazy.flatMap(\.bars) {
            if let symbol = setup.symbols.index(of: bar.symbol) { left[symbol.number] += 1 }
        }
        for (at, bars) in instants {
            wake(before: at)
            for bar in bars {
                guard let symbol = setup.symbols.index(of: bar.symbol) else { continue }
                for speaker in voices.indices where left[symbol.number] < voices[speaker].warmUp {
                    opinions.speaker = speaker
                    voices[speaker].onBar(bar, of: symbol.number, at: at, &opinions)
                }
                left[symbol.number] -= 1
            }
            wake(before: at + 1)
            noteWakes()
            opinions.removeAll()
        }
    }
}
