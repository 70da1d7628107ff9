import Domain

/// Brings trades or quotes of whole sessions that are over into a folder, a session at a time and each from one provider.
/// What is there is not asked for again, so that what ended in between goes on where it was.
public final class TickFetch {
    public struct Wanted: Sendable {
        public var kind: TickKind
        public var symbols: [Symbol]
        public var days: ClosedRange<CivilDate>

        public init(kind: TickKind, symbols: [Symbol], days: ClosedRange<CivilDate>) {
            (self.kind, self.symbols, self.days) = (kind, symbols, days)
        }
    }

    /// What came of one symbol.
    public struct Outcome: Sendable {
        public var symbol: Symbol
        public var ticks = 0
        public var sessions = 0
        public var present = 0
        public var providers: Set<String> = []
        /// Sessions that nobody gave, and why.
        public var missing: [(date: CivilDate, reason: String)] = []
    }

    private let wanted: Wanted
    private let sessions: [Session]
    private let providers: [any TicksProvider]
    private let courier: Courier
    private let folder: TickFolder
    public private(set) var outcomes: [Outcome] = []
    public private(set) var sessionsDone = 0
    public var sessionsTotal: Int { sessions.count * wanted.symbols.count }
    /// Called after each session.
    public var progress: (TickFetch) -> Void = { _ in }

    public init(
        _ wanted: Wanted, from providers: [any TicksProvider], by courier: Courier, into folder: TickFolder
    ) {
        (self.wanted, self.providers, self.courier, self.folder) = (wanted, providers, courier, folder)
        // A session that is not over would be a file that lacks its end.
        sessions = TradingCalendar.xnys.sessions(from: wanted.days.lowerBound, to: wanted.days.upperBound)
            .filter { $0.close <= courier.now }
    }

    public func run() throws(SinkFault) {
        for symbol in wanted.symbols {
            var outcome = Outcome(symbol: symbol)
            for session in sessions {
                if folder.has(wanted.kind, of: symbol, on: session.date) {
                    outcome.present += 1
                } else {
                    try bring(session, &outcome)
                }
                sessionsDone += 1
                progress(self)
            }
            outcomes.append(outcome)
        }
    }

    private func bring(_ session: Session, _ outcome: inout Outcome) throws(SinkFault) {
        var reasons: [String] = []
        for provider in providers where provider.lacks == nil {
            switch try count(of: session, outcome.symbol, from: provider) {
            case .success(let count):
                outcome.ticks += count
                outcome.sessions += 1
                outcome.providers.insert(provider.name)
                return
            case .failure(let fault): reasons.append("\(fault)")
            }
        }
        let reason =
            reasons.isEmpty ? "nobody of providers.ticks can be asked" : reasons.joined(separator: "; ")
        outcome.missing.append((session.date, reason))
    }

    /// Writes the file of a session, and tells how many are in it.
    private func count(of session: Session, _ symbol: Symbol, from provider: any TicksProvider)
        throws(SinkFault)
        -> Result<Int, ProviderFault>
    {
        var file = try folder.file(wanted.kind, of: symbol, on: session.date)
        var count = 0
        for hour in TickFetch.hours(of: session) {
            let ticks: [MarketTick]
            do throws(ProviderFault) {
                ticks = try courier.ask(provider.ticks(wanted.kind, of: symbol, hour), of: provider.name)
                    .ticks
            } catch {
                return .failure(error)
            }
            try file.append(ticks)
            count += ticks.count
        }
        guard count > 0 else {
            return .failure(ProviderFault(.unknown, "\(provider.name) has no \(wanted.kind.rawValue)"))
        }
        try file.finish()
        return .success(count)
    }

    /// An hour of a busy share is what fits into memory with ease; a day of its quotes is not.
    private static func hours(of session: Session) -> [Range<Timestamp>] {
        stride(
            from: session.open.nanoseconds, to: session.close.nanoseconds, by: Int64.Stride(Nanoseconds.hour)
        ).map {
            let begin = Timestamp(nanoseconds: $0)
            return begin..<min(begin + Nanoseconds.hour, session.close)
        }
    }
}
