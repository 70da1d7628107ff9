import Configuration
import Domain
import RemoteProviders

/// What companies announce of their shares: asked for at the beginning, and then again and again.
final class Announcements {
    /// Readable when there is an answer.
    var file: Int32 { look.file }

    private let look: ActionLook
    private let symbols: [Symbol]
    private let interval: Int64
    private let log: Log
    private var nextAt: Timestamp
    /// Until the first answer, or for so long, nothing of the market is said: its first price may be one after a split.
    private var heldUntil = Timestamp.distantFuture
    private var isAnswered = false
    private var toldFailure = ""

    private static let patience = 10 * Nanoseconds.second
    /// So many days ahead.
    private static let ahead = 7

    /// With an interval of 0 nobody is asked.
    init?(_ symbols: [Symbol], every interval: Int64, _ settings: Configuration.Settings, _ log: Log) {
        guard let look = ActionLook(settings) else { return nil }
        (self.look, self.symbols, self.interval, self.log) = (look, symbols, interval, log)
        nextAt = interval > 0 ? .zero : .distantFuture
        isAnswered = interval == 0
    }

    /// Asks when it is time, for the days since something was said; and gives what was answered.
    func step(since said: Timestamp, at now: Timestamp) -> [CorporateAction] {
        if now >= nextAt, !look.isUnderWay {
            if heldUntil == .distantFuture { heldUntil = now + Announcements.patience }
            nextAt = now + interval
            let first = EasternTime.local(at: said).date
            _ = look.begin(
                symbols, first...max(first, EasternTime.local(at: now).date + Announcements.ahead), at: now)
        }
        guard let outcome = look.take() else { return [] }
        isAnswered = true
        let failure = outcome.failures.joined(separator: "; ")
        if failure != toldFailure, !failure.isEmpty { log.warning("actions", ["text": .text(failure)]) }
        toldFailure = failure
        return outcome.actions
    }

    /// Whether the market has to wait for what is not known yet.
    func holds(at now: Timestamp) -> Bool { !isAnswered && now < heldUntil }

    /// When it is to be called again though nothing came.
    var next: Timestamp { isAnswered ? nextAt : min(heldUntil, nextAt) }
}
