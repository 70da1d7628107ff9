import Configuration
import Domain
import Glibc
import Mesh
import Storage
import Store

/// Puts days that are over from the database into the columnar store, a series at a time.
///
/// Bars live in the database while their day goes on: there a commit costs microseconds a bar, where the store would
/// write a month anew. When the day is over they go into the month's file, and once they are there for good, out of the
/// database. Killed in between, they are in both and the same; the next time puts them there again, which changes
/// nothing.
///
/// `@unchecked`: only the thread that stores asks for a step; whoever reads uses the folder alone, which may be shared.
final class DayArchive: @unchecked Sendable {
    let store: BarFolder
    /// Parts may share a database, and each moves its own symbols.
    private let part: Part
    private let log: Log
    private var isFailing = false
    /// How often the database is asked which days are over.
    private let interval: Int64
    private var lookedAt: Int64 = 0
    private var waiting: [StoredSeries] = []

    /// Who brought the bars of which nothing else is told: the first stream, or a feed that replays.
    private let provider: String
    /// So long it may take at a time: beats and messages wait meanwhile where it has no thread of its own.
    private static let turn = 50 * Nanoseconds.millisecond

    init?(_ settings: Configuration.Settings, _ part: Part, log: Log) throws {
        let path = settings.path("historian.store")
        guard !path.isEmpty else { return nil }
        store = try BarFolder.made(path, codec: BarFolder.codec(named: settings.text("data.codec")))
        interval = settings.duration("historian.store_interval")
        let isLive = settings.text("feed.source") == "stream"
        provider = isLive ? settings.list("providers.stream").first ?? "feed" : "feed"
        self.part = part
        self.log = log
    }

    /// Moves some series, if the time has come for any. What cannot be moved stays where it is, and is tried again.
    func step(_ database: HistoryStore) {
        let begin = System.now.nanoseconds
        do {
            if waiting.isEmpty {
                guard begin - lookedAt >= interval || begin < lookedAt else { return }
                lookedAt = begin
                waiting = try database.seriesOfDaysThatAreOver().filter { part.owns(.bar("", $0.symbol)) }
            }
            while let series = waiting.popLast() {
                try move(series, from: database)
                if System.now.nanoseconds - begin > DayArchive.turn { break }
            }
            if waiting.isEmpty { try moveCorrections(from: database) }
            if isFailing { log.info("store", ["text": "days that are over go into the store again"]) }
            isFailing = false
        } catch {
            waiting = []
            if !isFailing {
                log.error("store", ["text": .text("\(error); the bars stay in the database meanwhile")])
            }
            isFailing = true
        }
    }

    /// Corrections follow their bars, each as of the moment since when it is known. Of one bar the first goes first.
    private func moveCorrections(from database: HistoryStore) throws {
        let found = try database.correctionsOfBarsElsewhere(limit: DayArchive.correctionsMax)
        let own = found.filter { part.owns(.bar("", $0.bar.symbol)) }
        guard !own.isEmpty else { return }
        var left = own
        while !left.isEmpty {
            var series: [SeriesKey: (bars: BarSeries, knownAt: [Int64])] = [:]
            var later: [Correction] = []
            var taken: Set<Place> = []
            for each in left {
                let place = Place(symbol: each.bar.symbol, span: each.bar.span, at: each.bar.openedAt)
                guard taken.insert(place).inserted else {
                    later.append(each)
                    continue
                }
                let key = SeriesKey(each.bar.symbol, Interval(nanoseconds: each.bar.span))
                series[key, default: (BarSeries(), [])].bars.append(each.bar)
                series[key]?.knownAt.append(each.knownAt.nanoseconds)
            }
            for (key, rows) in series.sorted(by: { $0.key < $1.key }) {
                _ = try store.append(
                    rows.bars, to: key, provider: provider, at: System.now, knownAt: rows.knownAt)
            }
            left = later
        }
        try database.remove(own)
    }

    private struct Place: Hashable {
        var symbol: Symbol
        var span: Int64
        var at: Timestamp
    }

    private static let correctionsMax = 5000

    private func move(_ series: StoredSeries, from database: HistoryStore) throws {
        let bars = try database.bars(
            symbol: series.symbol, span: series.span, from: .distantPast, to: series.last + 1, limit: .max)
        let last = series.last + series.span
        let origins = try database.origins(of: series.symbol, through: last)
        let given = Dictionary(grouping: bars) { origins[$0.closesAt] ?? provider }
        for (provider, own) in given.sorted(by: { $0.key < $1.key }) {
            _ = try store.append(own, provider: provider, at: System.now)
        }
        try database.remove(bars)
        try database.removeOrigins(of: series.symbol, through: last)
    }
}
