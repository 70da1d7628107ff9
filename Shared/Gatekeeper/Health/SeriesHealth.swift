import Domain

/// The health of one series: the bars of one length of a symbol, in one file.
///
/// Rows are taken in the order of the file. What is wrong with a row by itself, or with its place, is found at once,
/// and the row is left out of what is looked at in the end: changes, volumes, repeats, and what is missing.
public struct SeriesHealth {
    struct Row {
        var bar: Bar
        var line: Int
    }

    let symbol: Symbol
    let span: Int64
    let file: String
    let limits: HealthLimits
    var actions: [CorporateAction] = []
    var rows: [Row] = []
    private(set) var findings: [Finding] = []
    private(set) var taken = 0

    init(_ symbol: Symbol, span: Int64, file: String, _ limits: HealthLimits) {
        self.symbol = symbol
        self.span = span
        self.file = file
        self.limits = limits
    }

    mutating func take(_ bar: Bar, line: Int) {
        taken += 1
        if let fault = Shape.fault(of: bar) {
            return find(fault.kind, bar, line, fault.sentence)
        }
        if let fault = misplaced(bar) { return find(fault.0, bar, line, fault.1) }
        if let last = rows.last, bar.openedAt <= last.bar.openedAt {
            let fault = collision(bar, with: last)
            return find(fault.0, bar, line, fault.1)
        }
        rows.append(Row(bar: bar, line: line))
    }

    // MARK: by its time

    private func misplaced(_ bar: Bar) -> (FaultKind, String)? {
        if let asOf = limits.asOf, bar.openedAt > asOf { return (.future, "\(asOf) is now") }
        guard let calendar = limits.calendar else { return nil }
        let date = EasternTime.local(at: bar.openedAt).date
        guard let session = calendar.session(on: date) else {
            return (.outOfSession, "\(date) has no session")
        }
        guard span < Nanoseconds.day else { return nil }
        guard session.contains(bar.openedAt) else {
            return (.outOfSession, "the session of \(date) is from \(session.open) to \(session.close)")
        }
        guard (bar.openedAt - session.open) % span == 0 else {
            return (.misaligned, "bars of \(Interval(nanoseconds: span)) begin with the session's open")
        }
        return nil
    }

    private func collision(_ bar: Bar, with last: Row) -> (FaultKind, String) {
        guard let at = index(of: bar.openedAt) else {
            return (.outOfOrder, "line \(last.line) is of \(last.bar.openedAt)")
        }
        let same = rows[at].bar == bar
        return (same ? .duplicate : .conflict, "line \(rows[at].line) is of the same time")
    }

    /// The row of a time, by halving.
    private func index(of moment: Timestamp) -> Int? {
        var (low, high) = (0, rows.count)
        while low < high {
            let middle = (low + high) / 2
            if rows[middle].bar.openedAt < moment { low = middle + 1 } else { high = middle }
        }
        return low < rows.count && rows[low].bar.openedAt == moment ? low : nil
    }

    // MARK: what is found

    mutating func find(
        _ kind: FaultKind, _ bar: Bar, _ line: Int, _ sentence: String, _ figures: [Figure]? = nil
    ) {
        find(kind, at: bar.openedAt, line, sentence, figures ?? Shape.figures(of: bar))
    }

    mutating func find(
        _ kind: FaultKind, at moment: Timestamp, _ line: Int, _ sentence: String, _ figures: [Figure] = []
    ) {
        let fault = DataFault(
            symbol: symbol, kind: kind, at: moment, explanation: sentence, figures: figures)
        findings.append(Finding(fault, file: file, line: line))
    }

    /// Looks at the series as a whole.
    mutating func finish() {
        let usual = Usual(rows.map(\.bar), expectations(), limits)
        findChanges(usual)
        findVolumes(usual)
        findRepeats()
        findMissing()
    }

    /// The close before each bar, as the actions between the two make it.
    private func expectations() -> [Double?] {
        var expected: [Double?] = [nil]
        guard rows.count > 1 else { return expected }
        for at in 1..<rows.count {
            let (before, bar) = (rows[at - 1].bar, rows[at].bar)
            var price: Price? = before.close
            for action in actions where action.exAt > before.openedAt && action.exAt <= bar.openedAt {
                price = price.flatMap { try? action.price(after: $0) }
            }
            // A split of a tiny price may leave nothing.
            expected.append(price.flatMap { $0.isPositive ? Double($0) : nil })
        }
        return expected
    }
}
