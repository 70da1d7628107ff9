import Domain

/// A store of bars: a folder with one folder a symbol, in it one a length of bar, and in that Parquet files, a month
/// of bars within a day and a decade of daily ones, beside a `manifest.json` that says what they hold.
///
/// An append is there wholly or not at all, whatever is killed and whenever. Several processes may read while one
/// writes; two that write one series wait for each other.
public final class BarFolder: Sendable {
    public let path: String

    /// Opens a store that is there.
    public convenience init(_ path: String) throws(StoreError) { try self.init(path, isMade: false) }

    /// Opens a store, and makes it where there is none.
    public static func made(_ path: String) throws(StoreError) -> BarFolder {
        try BarFolder(path, isMade: true)
    }

    private init(_ path: String, isMade: Bool) throws(StoreError) { self.path = path }

    /// Puts bars into a series: in any order, over what is there. Of two bars of one time the later one counts.
    ///
    /// `provider` is kept with each bar. A bar that changes one that is there is known from `now` on; all others are
    /// known from their close on.
    public func append(
        _ bars: BarSeries, to key: SeriesKey, provider: String, at now: Timestamp
    ) throws(StoreError) -> Appended { throw StoreError(.other, "comes with the next commit") }

    /// The bars of a series that open at `from` or later and before `to`, oldest first; none where it has none.
    /// `asKnownAt` gives them as they were known at that moment.
    public func read(
        _ key: SeriesKey, from: Timestamp = .distantPast, to: Timestamp = .distantFuture,
        asKnownAt: Timestamp = .distantFuture
    ) throws(StoreError) -> BarSeries { throw StoreError(.other, "comes with the next commit") }

    /// What there is, by symbol and interval.
    public func series() throws(StoreError) -> [SeriesSummary] { [] }

    /// What there is of one series; nothing where it has no bar.
    public func summary(of key: SeriesKey) throws(StoreError) -> SeriesSummary? { nil }
}

extension BarFolder {
    /// Puts bars of any symbols and lengths into their series.
    public func append(
        _ bars: [Bar], provider: String, at now: Timestamp
    ) throws(StoreError) -> [SeriesKey: Appended] {
        var series: [SeriesKey: BarSeries] = [:]
        for bar in bars {
            guard bar.span > 0 else {
                throw StoreError(
                    .refused, "the bar of \(bar.symbol) at \(bar.openedAt) has a span of \(bar.span) ns; above 0 "
                        + "would be right")
            }
            series[SeriesKey(bar.symbol, Interval(nanoseconds: bar.span)), default: BarSeries()].append(bar)
        }
        var done: [SeriesKey: Appended] = [:]
        for key in series.keys.sorted() {
            done[key] = try append(series[key]!, to: key, provider: provider, at: now)
        }
        return done
    }
}
