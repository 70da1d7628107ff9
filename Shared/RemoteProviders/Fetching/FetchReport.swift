import Domain

/// What came of a fetch, exactly: what is new and from whom, and what is not there and why.
public struct FetchReport: Sendable {
    /// Sessions in a row for which something holds.
    public struct Stretch: Sendable {
        public var symbol: Symbol
        public var days: ClosedRange<CivilDate>
        public var sessions: Int
        public var reason: String
        /// Whether asking again may bring them.
        public var isFailure: Bool
    }

    public struct Fetched: Sendable {
        public var bars = 0
        public var sessions = 0
    }

    /// By symbol, and by provider within.
    public var fetched: [Symbol: [String: Fetched]] = [:]
    /// Sessions that were there before, by symbol.
    public var present: [Symbol: Int] = [:]
    public var skipped: [Stretch] = []
    public var actions: [Symbol: (count: Int, provider: String)] = [:]
    /// What is worth a line: who failed, who has no key, which figures cannot be.
    public var notes: [String] = []
    public var requests = 0
    /// Bars outside of the sessions, and bars that came twice, which were left out.
    public var outside = 0
    public var repeated = 0

    public init() {}

    public var bars: Int { fetched.values.reduce(0) { $0 + $1.values.reduce(0) { $0 + $1.bars } } }
    public var failures: [Stretch] { skipped.filter(\.isFailure) }

    mutating func note(_ sentence: String) {
        if !notes.contains(sentence) { notes.append(sentence) }
    }
}
