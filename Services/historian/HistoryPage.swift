import Domain
import Storage
import Store

/// Pages of history: of days that are over from the columnar store, where there is one, and of the others from the
/// database. A bar that is in both counts as the database has it: it came later.
enum HistoryPage {
    private static let limitMax: UInt64 = 1000

    /// A page of an answer: at most 1,000 bars, and whether there are more. Prices are as they were traded; the splits
    /// since then that are known go along.
    static func answer(
        _ history: History, of id: String, _ database: HistoryStore, _ store: BarFolder?
    ) throws -> Answer {
        let limit = Int(history.limit == 0 ? limitMax : min(history.limit, limitMax))
        var bars = try database.correctedBars(
            symbol: history.symbol, span: history.span, from: history.from, to: history.to, limit: limit + 1)
        if let store, history.span > 0 {
            let key = SeriesKey(history.symbol, Interval(nanoseconds: history.span))
            let series = try store.read(key, from: history.from, to: history.to, limit: limit + 1)
            let old = (0..<min(series.count, limit + 1)).map { series.bar($0, of: key) }
            bars = merged(old, bars)
        }
        let more = bars.count > limit
        let splits = try KnownSplits.envelopes(of: history.symbol, after: history.from, database, store)
        return Answer(id: id, envelopes: splits, bars: Array(bars.prefix(limit)), more: more)
    }

    /// Both in the order of their opening; of two of one time the second's.
    static func merged(_ old: [Bar], _ new: [Bar]) -> [Bar] {
        if old.isEmpty { return new }
        var merged: [Bar] = []
        merged.reserveCapacity(old.count + new.count)
        var at = 0
        for bar in new {
            while at < old.count, old[at].openedAt < bar.openedAt {
                merged.append(old[at])
                at += 1
            }
            if at < old.count, old[at].openedAt == bar.openedAt { at += 1 }
            merged.append(bar)
        }
        return merged + old[at...]
    }
}
