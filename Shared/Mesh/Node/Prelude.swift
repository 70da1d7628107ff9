import Domain

/// The bars from before its first instant that a machine wants to see. They are asked of the historian when the node first
/// has an instant to take, and are in the transcript before anything of the market is.
public struct Prelude: Sendable {
    public var symbols: [Symbol]
    /// The length of the bars.
    public var span: Int64
    /// How many of each symbol.
    public var count: Int
    /// How long answers are waited for; then it begins with what there is.
    public var patience: Int64

    public init(symbols: [Symbol], span: Int64, count: Int, patience: Int64) {
        self.symbols = symbols
        self.span = span
        self.count = count
        self.patience = patience
    }

    /// How far back so many bars may lie: over nights and week-ends, and a few holidays.
    var reach: Int64 {
        let trading = Int64(count) * span
        return span < Nanoseconds.day ? 6 * trading + 5 * Nanoseconds.day : 2 * trading + 10 * Nanoseconds.day
    }
}

/// How far a node is with its prelude.
struct Preluding {
    let wanted: Prelude
    /// The first instant, once one has come, and when its wait began.
    var first: Timestamp?
    var since = Timestamp.zero
    /// The symbols that are asked about, the next one last.
    var left: [Symbol]
    var from = Timestamp.distantPast
    var question: String?
    var askNext = Timestamp.distantPast
    var bars: [Symbol: [Bar]] = [:]
    var splits: [CorporateAction] = []
    var problem = ""
    /// What is to be taken now that nothing more is asked for, the first last.
    var pending: [(topic: Topic, body: Body)]?

    init(_ wanted: Prelude) {
        self.wanted = wanted
        left = wanted.symbols.reversed()
    }

    /// Bars that open before then are history: the first instant has those that open at it.
    var end: Timestamp { (first ?? .zero) - wanted.span }

    mutating func begin(with first: Timestamp, at now: Timestamp) {
        self.first = first
        since = now
        from = end - wanted.reach
    }

    /// A page of the symbol in hand.
    mutating func take(_ answer: Answer, _ splits: [CorporateAction]) {
        guard let symbol = left.last, let first else { return }
        let known = (bars[symbol] ?? []) + answer.bars.filter { $0.openedAt >= from && $0.openedAt < end }
        bars[symbol] = Array(known.suffix(wanted.count))
        // What happens in the first instant or after it comes with the market.
        for split in splits where split.symbol == symbol && split.exAt < first && !self.splits.contains(split)
        {
            self.splits.append(split)
        }
        if answer.more, let last = answer.bars.last {
            from = last.openedAt + 1
        } else {
            left.removeLast()
            from = end - wanted.reach
        }
    }

    /// All that was answered, in messages that are no larger than an answer.
    func messages(named name: String) -> [(topic: Topic, body: Body)] {
        var messages: [(topic: Topic, body: Body)] = [(.history, .answer(Answer(id: name, more: true)))]
        messages += splits.sorted { $0.exAt < $1.exAt }.map { (topic: Topic.history, body: $0.body) }
        for symbol in wanted.symbols {
            let known = bars[symbol] ?? []
            for start in stride(from: 0, to: known.count, by: Preluding.page) {
                let page = Array(known[start..<min(start + Preluding.page, known.count)])
                messages.append((.history, .answer(Answer(id: name, bars: page, more: true))))
            }
        }
        return messages + [(.historyEnd, .answer(Answer(id: name, error: problem)))]
    }

    private static let page = 500

    /// What a person should know of it.
    var outcome: String {
        let parts = wanted.symbols.map { symbol in
            let known = bars[symbol] ?? []
            return "\(known.count) of \(symbol)" + (known.last.map { " to \($0.closesAt)" } ?? "")
        }
        return "\(wanted.count) bars each from before \(end + wanted.span) were asked for, and there are "
            + parts.joined(separator: ", ") + (problem.isEmpty ? "" : ": \(problem)")
    }

    var isWhole: Bool { wanted.symbols.allSatisfy { bars[$0]?.count == wanted.count } }
}

extension Node {
    /// Goes on with what the machine wants to see first. True when it has, and instants may be taken.
    func goOnWithPrelude() -> Bool {
        guard preluding != nil else { return true }
        if preluding!.first == nil {
            guard let first = lockstep?.firstStep else { return false }
            preluding!.begin(with: first, at: hostNow)
        }
        if preluding!.pending == nil { askForHistory() }
        if preluding!.pending != nil { takeHistory() }
        return preluding == nil
    }

    private func askForHistory() {
        guard let symbol = preluding!.left.last else { return endPrelude() }
        let waited = hostNow - preluding!.since
        guard waited < preluding!.wanted.patience else {
            if preluding!.problem.isEmpty { preluding!.problem = "no answer came in time" }
            return endPrelude()
        }
        guard let historian = historian(of: symbol) else {
            guard waited >= Int64(settings.beatsMissedMax) * settings.beatInterval else { return }
            preluding!.problem = "no historian is heard"
            return endPrelude()
        }
        guard preluding!.question == nil, hostNow >= preluding!.askNext else { return }
        let history = History(
            symbol: symbol, span: preluding!.wanted.span, from: preluding!.from, to: preluding!.end)
        let question = questions.add(
            to: historian, Ask(deadline: hostNow + 10 * settings.askRetry, history: history), stand: nil,
            from: settings.instance, at: hostNow)
        preluding!.question = question.id
        send(question)
    }

    /// The part of the historian that a symbol belongs to.
    private func historian(of symbol: Symbol) -> String? {
        let parts = peers.values.filter { $0.service == "historian" }.map(\.parts).max() ?? 0
        return parts > 0 ? "historian.\(Part.number(ofKey: symbol.text.utf8, of: parts))" : nil
    }

    /// An answer to a question for history; false where it is none.
    func takeHistory(_ answer: Answer) -> Bool {
        guard preluding != nil, preluding!.question == answer.id else { return false }
        preluding!.question = nil
        if answer.error.isEmpty {
            preluding!.problem = ""
            preluding!.take(answer, answer.envelopes.compactMap { split($0) })
        } else {
            // The database may be away for a moment.
            preluding!.problem = answer.error
            preluding!.askNext = hostNow + settings.askRetry
        }
        takeInstants()
        return true
    }

    private func split(_ envelope: [UInt8]) -> CorporateAction? {
        let message = envelope.withUnsafeBytes { try? codec.decode($0) }
        guard case .corporateAction(let action)? = message?.body, action.kind == .split else { return nil }
        return action
    }

    private func endPrelude() {
        if let question = preluding!.question { _ = questions.close(question) }
        preluding!.pending = preluding!.messages(named: "\(hostNow.nanoseconds)").reversed()
        tell(preluding!.isWhole ? .info : .warning, "history", preluding!.outcome)
        if !preluding!.isWhole { raise(.warning, code: "history", preluding!.outcome) }
    }

    private func takeHistory() {
        while failure == nil, canTake, let next = preluding!.pending!.popLast() {
            take(own: next.body, on: next.topic, at: max(preluding!.end, shard.now))
        }
        if preluding!.pending!.isEmpty { preluding = nil }
    }
}
