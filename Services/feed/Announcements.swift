import Configuration
import Domain
import RemoteProviders

/// What companies announce of their shares: asked for at the beginning, before the first minute of each day, and again and
/// again in between.
///
/// The first minute of a day waits for an answer to a question that was put after the last minute of the day before: its
/// prices may be those after a split.
final class Announcements {
    /// A question: since which day, which instant was the last one when it was put, and of whom nobody has told yet.
    private struct Round {
        var first: CivilDate
        var last: Timestamp?
        var unknown: [Symbol]
    }

    /// Readable when there is an answer.
    var file: Int32 { look.file }

    private let look: ActionLook
    private let symbols: [Symbol]
    private let interval: Int64
    private let patience: Int64
    private let log: Log
    private var round: Round?
    private var failures = ""
    private var nextAt: Timestamp
    /// The latest day whose minutes may be said.
    private var released: CivilDate?
    /// Since when the first minute of a day waits.
    private var heldSince: Timestamp?
    /// What a person has to know.
    private var alarm: String?

    /// So many days ahead.
    private static let ahead = 7
    private static let pause = Nanoseconds.minute
    private static let pauseWhileHeld = Nanoseconds.second
    private static let namedMax = 50

    init?(_ settings: LiveSettings, _ all: Configuration.Settings, _ log: Log) {
        guard let look = ActionLook(all) else { return nil }
        (self.look, self.log) = (look, log)
        (symbols, interval, patience) = (
            settings.wanted.symbols, settings.actionInterval, settings.actionPatience
        )
        nextAt = interval > 0 ? .zero : .distantFuture
    }

    /// Asks when it is time, for the days since something was said; and gives what was answered. `last` is the last
    /// instant.
    func step(since said: Timestamp?, after last: Timestamp?, at now: Timestamp) -> [CorporateAction] {
        if now >= nextAt, !look.isUnderWay { ask(since: said ?? now, after: last, at: now) }
        guard let outcome = look.take() else { return [] }
        round?.unknown = outcome.unknown
        let reasons = outcome.failures.joined(separator: "; ")
        if !outcome.unknown.isEmpty {
            let pause = heldSince == nil ? Announcements.pause : Announcements.pauseWhileHeld
            nextAt = now + min(interval, pause)
            if reasons != failures { log.warning("actions", ["text": .text(sentence(reasons))]) }
        }
        failures = reasons
        return outcome.actions
    }

    private func ask(since said: Timestamp, after last: Timestamp?, at now: Timestamp) {
        let first = EasternTime.local(at: said).date
        var asked = Round(first: first, last: last, unknown: symbols)
        // Of the same question only what was left open is asked again.
        if let round, round.first == first, round.last == last, !round.unknown.isEmpty { asked = round }
        round = asked
        let end = max(first, EasternTime.local(at: now).date) + Announcements.ahead
        // Where the system has no thread for it, the next time may have one.
        let hasBegun = look.begin(asked.unknown, first...end, at: now)
        nextAt = now + (hasBegun ? interval : min(interval, Announcements.pauseWhileHeld))
    }

    /// Whether the minute that ends then has to wait for what is not known yet.
    func holds(_ end: Timestamp?, since said: Timestamp?, after last: Timestamp?, at now: Timestamp) -> Bool {
        guard interval > 0, let end else { return false }
        let day = EasternTime.local(at: end - 1).date
        if let released, day <= released { return false }
        let isAsked = round.map { $0.last == last && $0.first <= day } ?? false
        if isAsked, round?.unknown.isEmpty == true { return release(day) }
        let since = heldSince ?? now
        heldSince = since
        guard now - since < patience else {
            alarm =
                sentence(failures.isEmpty ? "no answer came in time" : failures) + "; the day begins without"
            return release(day)
        }
        if !isAsked, !look.isUnderWay { ask(since: said ?? end - 1, after: last, at: now) }
        return true
    }

    private func release(_ day: CivilDate) -> Bool {
        (released, heldSince) = (day, nil)
        return false
    }

    private func sentence(_ reasons: String) -> String {
        let unknown = round?.unknown ?? symbols
        let others = unknown.count - Announcements.namedMax
        let names = unknown.prefix(Announcements.namedMax).map(\.text).joined(separator: ", ")
        return
            "the splits and dividends of \(names)\(others > 0 ? " and \(others) others" : "") are not known: \(reasons)"
    }

    /// What a person has to know, once.
    func takeAlarm() -> String? {
        defer { alarm = nil }
        return alarm
    }

    /// When it is to be called again though nothing came.
    var next: Timestamp { heldSince.map { min($0 + patience, nextAt) } ?? nextAt }
}
