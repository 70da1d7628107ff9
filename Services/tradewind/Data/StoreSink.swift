import Domain
import Parquet
import RemoteProviders
import Store

/// Fetched bars in the store of Parquet files; notes about them in its folder `.fetched`.
final class StoreSink: BarSink {
    private let store: BarFolder
    private let notes: FetchNotes

    init(_ path: String, _ codec: Codec) throws(StoreError) {
        store = try BarFolder.made(path, codec: codec)
        notes = FetchNotes(asked: "\(path)/.fetched/asked", actions: store.actionsFolder)
    }

    func days(of symbol: Symbol, _ span: Interval) throws(SinkFault) -> Set<CivilDate> {
        do throws(StoreError) {
            let bars = try store.read(SeriesKey(symbol, span))
            var days: Set<CivilDate> = []
            // Bars of one day stand together: most are of the day of the one before.
            var (from, to) = (Timestamp.distantFuture, Timestamp.distantPast)
            for openedAt in bars.openedAt {
                let moment = Timestamp(nanoseconds: openedAt)
                if moment >= from, moment < to { continue }
                let date = EasternTime.local(at: moment).date
                days.insert(date)
                (from, to) = (EasternTime.moment(on: date, at: 0), EasternTime.moment(on: date + 1, at: 0))
            }
            return days
        } catch {
            throw SinkFault(error.description)
        }
    }

    func append(
        _ bars: [Bar], of symbol: Symbol, _ span: Interval, provider: String, at now: Timestamp
    ) throws(SinkFault) {
        do throws(StoreError) {
            _ = try store.append(BarSeries(bars), to: SeriesKey(symbol, span), provider: provider, at: now)
        } catch {
            throw SinkFault(error.description)
        }
    }

    func emptyDays(of symbol: Symbol, _ span: Interval) throws(SinkFault) -> Set<CivilDate> {
        try notes.emptyDays(of: symbol, span)
    }

    func note(empty days: [CivilDate], of symbol: Symbol, _ span: Interval) throws(SinkFault) {
        try notes.note(empty: days, of: symbol, span)
    }

    func knowsActions(of symbol: Symbol) -> Bool { notes.knowsActions(of: symbol) }

    func replace(
        actions: [CorporateAction], of symbol: Symbol, _ days: ClosedRange<CivilDate>
    ) throws(SinkFault) {
        try notes.replace(actions: actions, of: symbol, days)
    }
}
