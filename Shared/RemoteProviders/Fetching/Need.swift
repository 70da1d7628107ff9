import Domain

/// Sessions in a row of which bars of a symbol are missing, and who was asked for them so far.
struct Need {
    var symbol: Symbol
    var days: ClosedRange<CivilDate>
    /// Providers that answered and had none; one may be here twice.
    var without: [String] = []
    /// Providers that did not answer, and why.
    var failed: [(provider: String, fault: ProviderFault)] = []
    /// Providers that gave figures that cannot be.
    var doubted: [String] = []
    /// What the first of those gave beside them: kept within a day where nobody has better.
    var left: [Bar] = []

    /// The runs of wanted sessions that are not among those known.
    static func missing(
        of symbol: Symbol, in days: ClosedRange<CivilDate>, known: Set<CivilDate>, closedBy now: Timestamp
    ) -> [ClosedRange<CivilDate>] {
        var runs: [ClosedRange<CivilDate>] = []
        var isOpen = false
        for session in TradingCalendar.xnys.sessions(from: days.lowerBound, to: days.upperBound) {
            guard session.close <= now, !known.contains(session.date) else {
                isOpen = false
                continue
            }
            if isOpen, let last = runs.popLast() {
                runs.append(last.lowerBound...session.date)
            } else {
                runs.append(session.date...session.date)
            }
            isOpen = true
        }
        return runs
    }

    var sessions: [CivilDate] {
        TradingCalendar.xnys.sessions(from: days.lowerBound, to: days.upperBound).map(\.date)
    }
}
