import Domain
import HTTP

/// Brings the bars that a sink lacks: asks providers in their order for the sessions that are missing, the next one
/// where one fails or has none, and hands over session by session, so that whatever ends it in between loses nothing
/// and the next time asks for the rest.
///
/// A session's bars come from one provider, all of them: two providers' bars are never mixed within it.
public final class Fetch {
    public struct Wanted: Sendable {
        public var symbols: [Symbol]
        public var span: Interval
        public var days: ClosedRange<CivilDate>

        public init(symbols: [Symbol], span: Interval, days: ClosedRange<CivilDate>) {
            (self.symbols, self.span, self.days) = (symbols, span, days)
        }
    }

    /// A question that is under way: for which needs, to whom.
    private struct Errand {
        var provider: any HistoryProvider
        var wanted: HistoryWanted
        var needs: [Need]
    }

    private let wanted: Wanted
    private let providers: [any HistoryProvider]
    private let courier: Courier
    private let sink: any BarSink
    private let now: Timestamp
    private var needs: [Need] = []
    private var errands: [Int: Errand] = [:]
    private var tagNext = 0
    private var health = Health()
    private(set) public var report = FetchReport()
    private(set) public var sessionsTotal = 0
    private(set) public var sessionsDone = 0
    /// Actions that came along with bars, by symbol.
    public private(set) var actions: [Symbol: (found: [CorporateAction], provider: String)] = [:]

    /// Told from time to time, so that a person sees how far it is.
    public var progress: (Fetch) -> Void = { _ in }

    private static let errandsMax = 32

    /// `providers` are in the order in which they are asked; who lacks a key is passed over with a note.
    public init(
        _ wanted: Wanted, from providers: [any HistoryProvider], by courier: Courier, into sink: any BarSink
    ) throws {
        self.wanted = wanted
        self.courier = courier
        self.sink = sink
        now = courier.now
        var usable: [any HistoryProvider] = []
        for provider in providers {
            if let lacks = provider.lacks {
                report.note("\(lacks), or ask another")
            } else {
                usable.append(provider)
            }
        }
        self.providers = usable
        for symbol in wanted.symbols {
            let present = try sink.days(of: symbol, wanted.span)
            let known = present.union(try sink.emptyDays(of: symbol, wanted.span))
            let runs = Need.missing(of: symbol, in: wanted.days, known: known, closedBy: now)
            report.present[symbol] = present.count { wanted.days.contains($0) }
            needs += runs.map { Need(symbol: symbol, days: $0) }
        }
        sessionsTotal = needs.reduce(0) { $0 + $1.sessions.count }
    }

    public var isNothingMissing: Bool { needs.isEmpty }

    /// Asks the first provider for a little before it is asked for a lot, so that a key that is wrong is told at once.
    public func check(_ provider: any HistoryProvider) throws(ProviderFault) {
        let today = EasternTime.local(at: now).date
        guard let symbol = needs.first?.symbol, let last = TradingCalendar.xnys.previous(before: today - 7)
        else { return }
        let little = HistoryWanted(symbols: [symbol], span: .day, days: last.date...last.date, now: now)
        courier.put(provider.history(little), to: provider.name, tag: -1)
        while true {
            guard let end = courier.wait().first else { continue }
            // Nothing of that day, or of that symbol, is an answer, too: the key is good.
            if case .failure(let fault) = end.outcome, fault.kind != .unknown { throw fault }
            return
        }
    }

    /// Whether it is worth a question to see first whether a key is good.
    public var isLong: Bool { sessionsTotal > 500 || needs.count > 10 }

    /// Checks keys, each provider's before its first use where the fetch is long, and fetches.
    public func run() throws {
        if isLong {
            for provider in providers where !health.isOut(provider.name) {
                do throws(ProviderFault) {
                    try check(provider)
                    break
                } catch {
                    report.note("\(error)")
                    health.fail(provider.name, error, at: courier.now)
                }
            }
        }
        while !needs.isEmpty || !errands.isEmpty {
            try begin()
            progress(self)
            for end in courier.wait() {
                guard let errand = errands.removeValue(forKey: end.tag) else { continue }
                switch end.outcome {
                case .success(let inquiry):
                    guard let history = inquiry as? any HistoryInquiry else { continue }
                    health.succeed(errand.provider.name)
                    try take(history, errand)
                case .failure(let fault): try failed(errand, fault)
                }
            }
        }
        progress(self)
        report.requests = courier.requests
    }

    public var healths: [(name: String, text: String)] { health.told }

    // MARK: asking

    /// Puts questions for what is missing, as many as may be under way.
    private func begin() throws {
        while errands.count < Fetch.errandsMax, !needs.isEmpty {
            let need = needs.removeFirst()
            guard let provider = provider(for: need) else {
                try giveUp(need)
                continue
            }
            let pieces = provider.pieces(of: need.days, span: wanted.span)
            // The first piece now, and the rest of it in its place.
            for piece in pieces.dropFirst().reversed() {
                var rest = need
                rest.days = piece
                needs.insert(rest, at: 0)
            }
            var first = need
            first.days = pieces[0]
            ask(provider, [first] + companions(of: first, for: provider))
        }
    }

    /// Other symbols' needs of the same days, for a provider that takes several at once.
    private func companions(of need: Need, for provider: any HistoryProvider) -> [Need] {
        guard provider.symbolsMax > 1 else { return [] }
        var found: [Need] = []
        var index = 0
        while index < needs.count, found.count + 1 < provider.symbolsMax {
            let other = needs[index]
            if other.days == need.days, other.symbol != need.symbol,
                self.provider(for: other)?.name == provider.name,
                !found.contains(where: { $0.symbol == other.symbol })
            {
                found.append(needs.remove(at: index))
            } else {
                index += 1
            }
        }
        return found
    }

    private func ask(_ provider: any HistoryProvider, _ needs: [Need]) {
        let wanted = HistoryWanted(
            symbols: needs.map(\.symbol), span: wanted.span, days: needs[0].days, now: courier.now)
        tagNext += 1
        errands[tagNext] = Errand(provider: provider, wanted: wanted, needs: needs)
        courier.put(provider.history(wanted), to: provider.name, tag: tagNext)
    }

    /// Who is asked next: the first of the order that is well, has such bars, and has not answered yet; then one that is
    /// not well; and when all have said that there is nothing, the first once more, for an answer that is empty by
    /// mistake looks like one that is.
    private func provider(for need: Need) -> (any HistoryProvider)? {
        let able = providers.filter { provider in
            !health.isOut(provider.name) && !need.failed.contains { $0.provider == provider.name }
                && !need.doubted.contains(provider.name) && provider.objection(to: whole(need)) == nil
        }
        let fresh = able.filter { !need.without.contains($0.name) }
        if let well = fresh.first(where: { health.isWell($0.name, at: courier.now) }) ?? fresh.first {
            return well
        }
        return need.without.count < 2 ? able.first : nil
    }

    private func whole(_ need: Need) -> HistoryWanted {
        HistoryWanted(symbols: [need.symbol], span: wanted.span, days: need.days, now: now)
    }

    // MARK: answers

    private func take(_ history: any HistoryInquiry, _ errand: Errand) throws {
        let name = errand.provider.name
        for need in errand.needs {
            let sieve = Sieve(history.bars, of: need.symbol, errand.wanted, provider: name)
            report.outside += sieve.outside
            report.repeated += sieve.repeated
            for fault in sieve.faults.prefix(3) {
                report.note(
                    "\(name): \(fault.symbol) at \(fault.at): \(fault.explanation); that session is asked for elsewhere"
                )
            }
            try keep(sieve.days, need, name)
            var rest = Set(need.sessions).subtracting(sieve.days.keys)
            // What is left of a doubtful session is kept where nobody has a better one.
            let doubtful = rest.intersection(sieve.doubtful.keys)
            rest.subtract(doubtful)
            for days in Fetch.runs(doubtful) {
                var again = need
                again.days = days
                again.doubted.append(name)
                if again.left.isEmpty {
                    let kept = sieve.doubtful.filter { days.contains($0.key) }.sorted { $0.key < $1.key }
                    again.left = kept.flatMap(\.value)
                }
                needs.insert(again, at: 0)
            }
            for days in Fetch.runs(rest) {
                var again = need
                again.days = days
                again.without.append(name)
                needs.insert(again, at: 0)
            }
        }
        for action in history.actions {
            actions[action.symbol, default: ([], name)].found.append(action)
        }
    }

    private func keep(_ days: [CivilDate: [Bar]], _ need: Need, _ provider: String) throws {
        guard !days.isEmpty else { return }
        let bars = days.sorted { $0.key < $1.key }.flatMap(\.value)
        try sink.append(bars, of: need.symbol, wanted.span, provider: provider, at: courier.now)
        report.fetched[need.symbol, default: [:]][provider, default: .init()].bars += bars.count
        report.fetched[need.symbol, default: [:]][provider, default: .init()].sessions += days.count
        sessionsDone += days.count
    }

    private func failed(_ errand: Errand, _ fault: ProviderFault) throws {
        let name = errand.provider.name
        // Who knows no such symbol has answered.
        if fault.kind == .unknown, errand.needs.count == 1 {
            health.succeed(name)
            var need = errand.needs[0]
            need.without.append(name)
            needs.insert(need, at: 0)
            return
        }
        report.note("\(fault)")
        health.fail(name, fault, at: courier.now)
        for var need in errand.needs.reversed() {
            need.failed.append((name, fault))
            needs.insert(need, at: 0)
        }
    }

    /// Says why sessions are not there, and remembers it where asking again would bring nothing.
    private func giveUp(_ need: Need) throws {
        let sessions = need.sessions
        sessionsDone += sessions.count
        var reasons: [String] = []
        for provider in providers {
            if let objection = provider.objection(to: whole(need)) { reasons.append(objection) }
        }
        reasons += need.failed.map { "\($0.fault)" }
        if !need.doubted.isEmpty {
            reasons.append("figures that cannot be from \(Fetch.list(need.doubted))")
        }
        if !need.left.isEmpty, let first = need.doubted.first {
            var days: [CivilDate: [Bar]] = [:]
            for bar in need.left { days[EasternTime.local(at: bar.openedAt).date, default: []].append(bar) }
            sessionsDone -= days.count
            try keep(days, need, first)
            reasons.append("the other bars of \(days.count) sessions are kept")
        }
        let isCertain = need.failed.isEmpty && need.doubted.isEmpty && !need.without.isEmpty
        if !need.without.isEmpty { reasons.append("nothing from \(Fetch.list(need.without))") }
        if reasons.isEmpty { reasons.append("nobody is left to be asked: tradewind data providers") }
        // A session of the last days may only be late.
        let today = EasternTime.local(at: now).date
        if isCertain {
            try sink.note(empty: sessions.filter { $0 < today - 5 }, of: need.symbol, wanted.span)
        }
        report.skipped.append(
            .init(
                symbol: need.symbol, days: need.days, sessions: sessions.count,
                reason: reasons.joined(separator: "; "), isFailure: !isCertain))
    }

    private static func list(_ names: [String]) -> String {
        var seen: [String] = []
        for name in names where !seen.contains(name) { seen.append(name) }
        return seen.joined(separator: ", ")
    }

    /// Sessions as runs without a session between that is not among them.
    private static func runs(_ days: Set<CivilDate>) -> [ClosedRange<CivilDate>] {
        guard let first = days.min(), let last = days.max() else { return [] }
        let others = Set(TradingCalendar.xnys.sessions(from: first, to: last).map(\.date)).subtracting(days)
        return Need.missing(of: Symbol(), in: first...last, known: others, closedBy: .distantFuture)
    }
}
