import Domain

/// The health of a store of bars: every series of every file, and what is wrong with each.
public struct DataHealth {
    public struct Series: Sendable {
        public var symbol: Symbol
        public var span: Int64
        public var file: String
        /// Rows that could be read, and those of them that were clean by themselves.
        public var rows: Int
        public var clean: Int
        public var first: Timestamp?
        public var last: Timestamp?
        public var findings: [Finding]
    }

    private struct Name: Hashable, Comparable {
        var symbol: Symbol
        var span: Int64
        var file: String

        static func < (left: Self, right: Self) -> Bool {
            (left.symbol, left.span, left.file) < (right.symbol, right.span, right.file)
        }
    }

    private let limits: HealthLimits
    private let actions: [Symbol: [CorporateAction]]
    private var series: [Name: SeriesHealth] = [:]
    /// Rows of files that are of no series, for they cannot be read.
    private var unreadable: [Finding] = []

    /// `actions` explain changes of price.
    public init(_ limits: HealthLimits, actions: [CorporateAction]) {
        self.limits = limits
        self.actions = Dictionary(grouping: actions, by: \.symbol)
            .mapValues { $0.sorted { $0.exAt < $1.exAt } }
    }

    public mutating func take(_ bar: Bar, file: String, line: Int) {
        let name = Name(symbol: bar.symbol, span: bar.span, file: file)
        if series[name] == nil {
            var new = SeriesHealth(bar.symbol, span: bar.span, file: file, limits)
            new.actions = actions[bar.symbol] ?? []
            series[name] = new
        }
        series[name]!.take(bar, line: line)
    }

    /// A row that is no bar.
    public mutating func take(
        _ kind: FaultKind, _ sentence: String, _ symbol: Symbol?, file: String, line: Int
    ) {
        let fault = DataFault(symbol: symbol ?? Symbol(), kind: kind, explanation: sentence)
        unreadable.append(Finding(fault, file: file, line: line))
    }

    /// Looks at all as a whole; each series, by symbol, length and file, and then the rows that are of none.
    public mutating func finish() -> (series: [Series], unreadable: [Finding]) {
        let names = series.keys.sorted()
        for name in names { series[name]!.finish() }
        // Each series against the next file's of the same symbol and length.
        for (name, next) in zip(names, names.dropFirst())
        where name.symbol == next.symbol && name.span == next.span {
            series[name]!.compare(with: series[next]!)
        }
        let all = names.map { name in
            let found = series[name]!
            return Series(
                symbol: name.symbol, span: name.span, file: name.file, rows: found.taken,
                clean: found.rows.count, first: found.rows.first?.bar.openedAt,
                last: found.rows.last?.bar.openedAt,
                findings: found.findings.sorted { ($0.fault.at, $0.line) < ($1.fault.at, $1.line) })
        }
        return (all, unreadable)
    }
}
