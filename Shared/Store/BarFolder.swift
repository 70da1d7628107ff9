import Domain
import Parquet

/// A store of bars: a folder with one folder a symbol, in it one a length of bar, and in that Parquet files, a month
/// of bars within a day and a decade of daily ones, beside a `manifest.json` that says what they hold.
///
/// An append is there wholly or not at all, whatever is killed and whenever. Several processes may read while one
/// writes; two that write one series wait for each other.
public final class BarFolder: Sendable {
    public let path: String
    /// How new files are packed.
    public let codec: Codec

    /// Opens a store that is there.
    public init(_ path: String, codec: Codec = .snappy) throws(StoreError) {
        guard DiskFile.exists(path) else {
            throw StoreError(
                .missing, "\(path): there is no store; `tradewind data import FILE --store \(path)` makes one"
            )
        }
        self.path = path
        self.codec = codec
    }

    /// Opens a store, and makes it where there is none.
    public static func made(_ path: String, codec: Codec = .snappy) throws(StoreError) -> BarFolder {
        try DiskFile.makeFolders(path)
        return try BarFolder(path, codec: codec)
    }

    /// How the setting `data.codec` has files packed.
    public static func codec(named name: String) -> Codec { name == "zstd" ? .zstd : .snappy }

    /// What a file of a symbol may be called, whatever the symbol.
    public static func fileName(of symbol: Symbol) -> String { SymbolFolder.name(of: symbol) }

    func folder(_ key: SeriesKey) -> SeriesFolder { SeriesFolder(key, in: path) }

    /// Where splits and dividends lie beside the bars: a file of CSV for each symbol, as a fetch writes them.
    public var actionsFolder: String { ActionFolder(self).path }

    /// The files in it, in the order of their names.
    public func actionFiles() throws(StoreError) -> [String] {
        try ActionFolder(self).names().map { "\(actionsFolder)/\($0)" }
    }

    // MARK: Writing

    /// Puts bars into a series: in any order, over what is there. Of two bars of one time the later one counts.
    ///
    /// `provider` is kept with each bar. A bar that changes one that is there is known from `now` on, or from its own
    /// moment in `knownAt`; all others are known from their close on. With `knownAt` bars come in order, each time once.
    public func append(
        _ bars: BarSeries, to key: SeriesKey, provider: String, at now: Timestamp, knownAt: [Int64]? = nil
    ) throws(StoreError) -> Appended {
        try check(bars, key, provider)
        let (new, repeated) = bars.sorted()
        precondition(
            knownAt == nil || repeated == 0 && knownAt?.count == new.count && new == bars,
            "moments belong to bars in order")
        let moments = knownAt ?? [Int64](repeating: now.nanoseconds, count: new.count)
        var sum = Appended(repeated: repeated)
        guard !new.isEmpty else { return sum }
        let folder = folder(key)
        try folder.writing { manifest throws(StoreError) in
            var write = SeriesFolder.Write(manifest: manifest)
            var begin = 0
            while begin < new.count {
                let period = Period(of: new.openedAt[begin], interval: key.interval)
                let end = max(begin + 1, new.row(notBefore: period.range.upperBound))
                sum += try merge(new, begin..<end, period, key, provider, moments, &write)
                begin = end
            }
            return write.files.isEmpty ? nil : write
        }
        return sum
    }

    private func merge(
        _ new: BarSeries, _ rows: Range<Int>, _ period: Period, _ key: SeriesKey, _ provider: String,
        _ moments: [Int64],
        _ write: inout SeriesFolder.Write
    ) throws(StoreError) -> Appended {
        let folder = folder(key)
        let old = try self.rows(write.manifest.file(of: period.name, isReplaced: false), folder)
        let before = try self.rows(write.manifest.file(of: period.name, isReplaced: true), folder)
        let merge = SeriesMerge(
            old, replaced: before, with: new, rows, provider: provider, at: moments)
        if merge.outcome.added + merge.outcome.replaced > 0 {
            try put(merge.current, period, isReplaced: false, key, &write)
        }
        if merge.outcome.replaced > 0 { try put(merge.replaced, period, isReplaced: true, key, &write) }
        return merge.outcome
    }

    private func put(
        _ rows: SeriesRows, _ period: Period, isReplaced: Bool, _ key: SeriesKey,
        _ write: inout SeriesFolder.Write
    ) throws(StoreError) {
        let bytes = try SeriesFile.bytes(rows, of: key, codec)
        var file = SeriesManifest.File(
            name: SeriesManifest.File.name(of: period.name, isReplaced: isReplaced), of: rows, bytes,
            isReplaced: isReplaced)
        file.dropped = write.manifest.file(of: period.name, isReplaced: isReplaced)?.dropped
        write.files.append((file.name, .bytes(bytes)))
        write.manifest.put(file)
    }

    private func rows(
        _ file: SeriesManifest.File?, _ folder: SeriesFolder
    ) throws(StoreError) -> SeriesRows {
        guard let file else { return SeriesRows() }
        return try SeriesFile.rows(try folder.bytes(of: file), named: folder.path(of: file))
    }

    private func check(_ bars: BarSeries, _ key: SeriesKey, _ provider: String) throws(StoreError) {
        guard key.symbol != Symbol() else {
            throw StoreError(.refused, "bars without a symbol cannot be stored")
        }
        guard !provider.isEmpty, provider.utf8.count <= 64 else {
            throw StoreError(
                .refused, "\(key): the provider is \"\(provider)\"; a name of 1 to 64 bytes would be right")
        }
        let columns = [bars.open, bars.high, bars.low, bars.close, bars.volume, bars.trades]
        precondition(columns.allSatisfy { $0.count == bars.count }, "a bar has a value in each column")
        for column in columns {
            for (row, value) in column.enumerated() where value.magnitude > SeriesFile.unitsMax.magnitude {
                throw StoreError(
                    .refused,
                    "\(key): the bar at \(Timestamp(nanoseconds: bars.openedAt[row])) has a number of more than "
                        + "18 digits (\(value) units), and that is more than a file holds")
            }
        }
    }

    // MARK: Reading

    /// The bars of a series that open at `from` or later and before `to`, oldest first; none where it has none.
    /// `asKnownAt` gives them as they were known at that moment; files beyond so many bars are not read.
    public func read(
        _ key: SeriesKey, from: Timestamp = .distantPast, to: Timestamp = .distantFuture,
        asKnownAt: Timestamp? = nil, limit: Int = .max
    ) throws(StoreError) -> BarSeries {
        let folder = folder(key)
        let found = try folder.reading { manifest throws(StoreError) -> BarSeries in
            var all = BarSeries()
            for file in manifest.current
            where file.first < to.nanoseconds && file.last >= from.nanoseconds {
                if all.count >= limit { break }
                let bars: BarSeries
                if let asKnownAt {
                    try check(file, in: folder, from..<to, asKnownAt)
                    bars = try known(at: asKnownAt, file, manifest, folder)
                } else {
                    bars = try SeriesFile.bars(try folder.bytes(of: file), named: folder.path(of: file))
                }
                let rows =
                    bars.row(
                        notBefore: from.nanoseconds)..<max(
                        bars.row(notBefore: from.nanoseconds), bars.row(notBefore: to.nanoseconds))
                if all.isEmpty, rows.count == bars.count {
                    all = bars
                } else {
                    all.append(contentsOf: bars, rows)
                }
            }
            return all
        }
        return found ?? BarSeries()
    }

    /// Refuses what cannot be told any more, as a bar that is not there would be taken for what was known.
    private func check(
        _ file: SeriesManifest.File, in folder: SeriesFolder, _ range: Range<Timestamp>, _ moment: Timestamp
    ) throws(StoreError) {
        guard let dropped = file.dropped, moment.nanoseconds < dropped.until,
            dropped.first < moment.nanoseconds, dropped.first < range.upperBound.nanoseconds,
            dropped.last >= range.lowerBound.nanoseconds
        else { return }
        let until = Timestamp(nanoseconds: dropped.until)
        throw StoreError(
            .missing,
            "\(folder.path(of: file)): what was known of its bars before \(until) was dropped by `tradewind data "
                + "compact --keep-versions`; \(until) or later would be right, or a snapshot or backup from before"
        )
    }

    /// The bars of a file as they were known at a moment, with those that were replaced later.
    private func known(
        at moment: Timestamp, _ file: SeriesManifest.File, _ manifest: SeriesManifest, _ folder: SeriesFolder
    ) throws(StoreError) -> BarSeries {
        let current = try rows(file, folder)
        let replaced = try rows(manifest.file(of: String(file.period), isReplaced: true), folder)
        var known = BarSeries()
        for rows in [current, replaced] {
            for row in 0..<rows.count {
                let close = rows.bars.bar(row, of: folder.key).closesAt
                guard max(rows.knownAt[row], close.nanoseconds) <= moment.nanoseconds else { continue }
                if row < rows.replacedAt.count, rows.replacedAt[row] <= moment.nanoseconds { continue }
                known.append(row, of: rows.bars)
            }
        }
        return known.sorted().bars
    }

    /// The hashes of the files in which a series has bars of a range: the same hashes, the same bars.
    public func hashes(
        of key: SeriesKey, from: Timestamp = .distantPast, to: Timestamp = .distantFuture
    ) throws(StoreError) -> [String] {
        try folder(key).reading { manifest in
            manifest.current.filter { $0.first < to.nanoseconds && $0.last >= from.nanoseconds }.map(\.hash)
        } ?? []
    }

    /// Where columns made of these bars may be kept, by a text that says what they are of.
    public func cachePath(of description: String) -> String {
        "\(path)/.cache/\(FileHash.blake2b(Array(description.utf8)).prefix(32)).columns"
    }

    /// What there is, by symbol and interval.
    public func series() throws(StoreError) -> [SeriesSummary] {
        var found: [SeriesSummary] = []
        for key in try keys() {
            if let summary = try summary(of: key) { found.append(summary) }
        }
        return found
    }

    /// The series that have a folder, by symbol and interval.
    public func keys() throws(StoreError) -> [SeriesKey] {
        var found: [SeriesKey] = []
        for name in try DiskFile.names(in: path) {
            guard let symbol = SymbolFolder.symbol(of: name) else { continue }
            for length in try DiskFile.names(in: "\(path)/\(name)") {
                if let interval = try? Interval(length), "\(interval)" == length {
                    found.append(SeriesKey(symbol, interval))
                }
            }
        }
        return found.sorted()
    }

    /// What there is of one series; nothing where it has no bar.
    public func summary(of key: SeriesKey) throws(StoreError) -> SeriesSummary? {
        try folder(key).reading { manifest -> SeriesSummary? in
            let files = manifest.current
            guard let first = files.map(\.first).min(), let last = files.map(\.last).max() else { return nil }
            return SeriesSummary(
                key: key, rows: files.reduce(0) { $0 + $1.rows }, first: Timestamp(nanoseconds: first),
                last: Timestamp(nanoseconds: last), providers: Set(files.flatMap(\.providers)).sorted(),
                files: files.count, bytes: files.reduce(0) { $0 + $1.bytes }, version: manifest.version)
        } ?? nil
    }
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
                    .refused,
                    "the bar of \(bar.symbol) at \(bar.openedAt) has a span of \(bar.span) ns; above 0 "
                        + "would be right")
            }
            series[SeriesKey(bar.symbol, Interval(nanoseconds: bar.span)), default: BarSeries()].append(bar)
        }
        var done: [SeriesKey: Appended] = [:]
        for (key, bars) in series.sorted(by: { $0.key < $1.key }) {
            done[key] = try append(bars, to: key, provider: provider, at: now)
        }
        return done
    }
}
