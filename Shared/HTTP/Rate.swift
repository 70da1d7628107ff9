import Domain

/// How often a server lets itself be asked: `200/1m`.
public struct Rate: Hashable, Sendable, CustomStringConvertible {
    public var count: Int
    public var period: Int64

    public init(_ count: Int, per period: Int64) {
        precondition(count > 0 && period > 0, "a rate is above nothing")
        self.count = count
        self.period = period
    }

    /// Reads `200/1m`; nothing where the text is no rate.
    public init?(_ text: some StringProtocol) {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 2, let count = Int(parts[0]), (1...1_000_000).contains(count),
            let period = try? Interval(String(parts[1]))
        else { return nil }
        self.init(count, per: period.nanoseconds)
    }

    public var description: String { "\(count)/\(Interval(nanoseconds: period))" }
}

/// Holds requests back so that no period, wherever it begins, holds more of them than the rate allows.
///
/// Of a minute or less a tenth may be spent at once, and the rest comes evenly: a server has others to serve. A longer
/// period is an allowance, and may be spent as it is needed.
public struct TokenBucket: Sendable {
    public let rate: Rate
    private let spacing: Int64
    private let ahead: Int64
    /// When all the tokens that were spent will have come back.
    private var full = Timestamp.distantPast
    /// The last requests of an allowance, as many as it has, the oldest at `oldest`.
    private var spent: [Timestamp] = []
    private var oldest = 0

    public init(_ rate: Rate) {
        self.rate = rate
        let burst = max(1, rate.count / 10)
        spacing = max(1, (rate.period + Int64(rate.count - burst)) / Int64(rate.count - burst + 1))
        ahead = spacing * Int64(burst - 1)
    }

    private var isAllowance: Bool { rate.period > Nanoseconds.minute }

    /// The first moment, not before `now`, at which there is a token.
    public func opening(at now: Timestamp) -> Timestamp {
        if isAllowance { return spent.count < rate.count ? now : max(now, spent[oldest] + rate.period) }
        return full == .distantPast ? now : max(now, full - ahead)
    }

    /// Spends a token at a moment that `opening` allows.
    public mutating func spend(at now: Timestamp) {
        guard isAllowance else { return full = max(full, now) + spacing }
        if spent.count < rate.count { return spent.append(now) }
        spent[oldest] = now
        oldest = (oldest + 1) % rate.count
    }
}
