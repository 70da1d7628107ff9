import AlpacaVenue
import Synchronization

/// What was heard of a live market and not taken by the venue yet: others put it there, from a thread of their own.
public final class LiveInbox: Sendable {
    private let heard = Mutex<[LiveDatum]>([])

    public init() {}

    public func put(_ data: [LiveDatum]) { heard.withLock { $0 += data } }

    func take() -> [LiveDatum] {
        heard.withLock { heard in
            defer { heard = [] }
            return heard
        }
    }
}
