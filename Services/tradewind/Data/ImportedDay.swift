import Configuration
import Domain
import Glibc
import Mesh
import Providers
import RemoteProviders
import Store

/// What a feed said, from its transcript into the store: bars, what corrected them, and splits and dividends.
struct ImportedDay {
    private let store: BarFolder
    private let provider: String

    init(into store: BarFolder, provider: String) {
        (self.store, self.provider) = (store, provider)
    }

    /// Everything or, where the transcript cannot be read to its end, nothing.
    func take(_ path: String) throws -> ImportCommand.Outcome {
        var outcome = ImportCommand.Outcome(path: path)
        var series: [SeriesKey: BarSeries] = [:]
        var corrections: [(key: SeriesKey, bar: Bar, at: Timestamp)] = []
        var actions: [CorporateAction] = []
        do {
            var instants = try PublishedInstants(path)
            outcome.path = instants.folder
            while let instant = try instants.next() {
                for item in instant.items {
                    switch item.body {
                    case .corporateAction(let action): actions.append(action)
                    case .bar(let bar) where bar.span > 0:
                        outcome.rows += 1
                        let key = SeriesKey(bar.symbol, Interval(nanoseconds: bar.span))
                        if item.topic.text.hasPrefix(Topic.corrections) {
                            corrections.append((key, bar, item.at))
                        } else {
                            series[key, default: BarSeries()].append(bar)
                        }
                    default: break
                    }
                }
            }
        } catch {
            outcome.failure = "\(error)"
            return outcome
        }
        for (key, bars) in series.sorted(by: { $0.key < $1.key }) {
            outcome.done += try store.append(bars, to: key, provider: provider, at: System.now)
            outcome.series.insert(key)
        }
        // Known since then, and not before.
        for (key, bar, at) in corrections {
            outcome.done += try store.append(BarSeries([bar]), to: key, provider: provider, at: at)
            outcome.series.insert(key)
        }
        try keep(actions)
        return outcome
    }

    /// Beside those that are known; one that a day has already stays as it was.
    private func keep(_ actions: [CorporateAction]) throws {
        let notes = FetchNotes(asked: "", actions: store.actionsFolder)
        for action in actions where action.kind == .split || action.kind == .dividend {
            let day = EasternTime.local(at: action.exAt).date
            do {
                let path = notes.actionsPath(action.symbol)
                let known = notes.knowsActions(of: action.symbol) ? try ActionFile.read(path) : []
                let same = known.filter { $0.exAt == action.exAt }
                guard same.allSatisfy({ $0.kind != action.kind && $0.kind != .delisting }) else { continue }
                try notes.replace(actions: same + [action], of: action.symbol, day...day)
            } catch { throw Failure("\(error)") }
        }
    }
}
