import Domain
import Providers
import Store

extension BarFiles {
    /// Bars of a store: of each symbol the shortest that it has, and those that are longer. Without symbols all.
    static func read(
        _ store: BarFolder, _ selection: Selection
    ) throws(SourceError) -> (shortest: BarTable, longer: [LongerBar]) {
        // What was known once is asked for seldom, and what it depends on is more than the files of today.
        if selection.asKnownAt != nil { return try readFiles(store, selection) }
        let description = try description(of: store, selection)
        let cache = TableCache(store, description)
        if let known = cache.load() { return known }
        let (shortest, longer) = try readFiles(store, selection)
        // Somebody may have written meanwhile: then nobody knows of which bars these are.
        if try self.description(of: store, selection) == description { cache.save(shortest, longer) }
        return (shortest, longer)
    }

    /// Everything that the bars depend on: what is asked for, and the hashes of the files that have it.
    private static func description(of store: BarFolder, _ selection: Selection) throws(SourceError) -> String
    {
        var text = "\(selection.begin.nanoseconds) \(selection.end.nanoseconds)\n"
        for key in try keys(of: store, selection) {
            do throws(StoreError) {
                let hashes = try store.hashes(of: key, from: selection.begin, to: selection.end)
                text += "\(key) \(hashes.joined(separator: " "))\n"
            } catch { throw SourceError(error.description) }
        }
        // A symbol that is not there is an error, and what is cached would hide it.
        return text + selection.symbols.map(\.text).sorted().joined(separator: " ")
    }

    private static func readFiles(
        _ store: BarFolder, _ selection: Selection
    ) throws(SourceError) -> (shortest: BarTable, longer: [LongerBar]) {
        var series: [StoredSeries] = []
        for key in try keys(of: store, selection) {
            let bars: BarSeries
            do throws(StoreError) {
                bars = try store.read(
                    key, from: selection.begin, to: selection.end, asKnownAt: selection.asKnownAt)
            } catch { throw SourceError(error.description) }
            if !bars.isEmpty { series.append(StoredSeries(key, bars)) }
        }
        let shortest = series.reduce(into: [Symbol: Interval]()) { found, item in
            found[item.key.symbol] = min(found[item.key.symbol] ?? item.key.interval, item.key.interval)
        }
        for symbol in selection.symbols where shortest[symbol] == nil {
            throw SourceError("\(store.path) has no bar of \(symbol) \(selection.daysInWords)")
        }
        guard !series.isEmpty else { throw SourceError("\(store.path) has no bar \(selection.daysInWords)") }
        return try merged(series, shortest)
    }

    /// In the order of symbols and lengths, which is that of rows of one moment.
    private static func keys(of store: BarFolder, _ selection: Selection) throws(SourceError) -> [SeriesKey] {
        let all: [SeriesKey]
        do throws(StoreError) { all = try store.keys() } catch { throw SourceError(error.description) }
        let wanted = Set(selection.symbols)
        return all.filter { key in
            (wanted.isEmpty || wanted.contains(key.symbol))
                && (selection.span == nil || selection.span == key.interval.nanoseconds)
        }
    }

    private static func merged(
        _ series: [StoredSeries], _ shortest: [Symbol: Interval]
    ) throws(SourceError) -> (BarTable, [LongerBar]) {
        var series = series
        var table = BarTable()
        var longer: [LongerBar] = []
        while let at = series.lazy.map(\.closesAt).min(), at < .max {
            for index in series.indices where series[index].closesAt == at {
                let bar = series[index].bar
                try check(bar)
                if series[index].key.interval == shortest[bar.symbol] {
                    table.append(bar, closingAt: Timestamp(nanoseconds: at))
                } else {
                    longer.append(LongerBar(at: at, instrument: table.place(of: bar.symbol), bar: bar))
                }
                series[index].advance()
            }
        }
        return (table, longer)
    }
}

/// A series of a store with its next bar in hand.
private struct StoredSeries {
    let key: SeriesKey
    private let bars: BarSeries
    private var row = 0
    /// When the next bar closes; the end of time after the last.
    private(set) var closesAt = Int64.max

    init(_ key: SeriesKey, _ bars: BarSeries) {
        self.key = key
        self.bars = bars
        closesAt = bar.closesAt.nanoseconds
    }

    var bar: Bar { bars.bar(row, of: key) }

    mutating func advance() {
        row += 1
        closesAt = row < bars.count ? bar.closesAt.nanoseconds : .max
    }
}

extension BarFiles.Selection {
    fileprivate var daysInWords: String {
        guard from != nil || to != nil else { return "at all" }
        return "between \(from.map { "\($0)" } ?? "the beginning") and \(to.map { "\($0)" } ?? "the end")"
    }
}
