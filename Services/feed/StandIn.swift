import Domain

/// When the providers' history stands in for a stream that is away: from a while after it was lost, and then again and
/// again until it is back.
struct StandIn {
    private let patience: Int64
    private(set) var isActive = false
    /// When it is to begin, or to ask again.
    private(set) var nextAt = Timestamp.distantFuture

    private static let pauseMax = Nanoseconds.minute

    /// With no patience at all it never begins.
    init(after patience: Int64 = 0) { self.patience = patience }

    /// The stream is not there; if it was lost before, it is lost since then.
    mutating func lose(at now: Timestamp) {
        guard patience > 0, nextAt == .distantFuture else { return }
        nextAt = now + patience
    }

    func isDue(at now: Timestamp) -> Bool { now >= nextAt }

    /// Asks now, and notes when to ask again. Whether this is the first time since the stream was lost.
    mutating func begin(at now: Timestamp) -> Bool {
        nextAt = now + min(patience, StandIn.pauseMax)
        defer { isActive = true }
        return !isActive
    }

    /// The stream is there. Whether something stood in for it.
    mutating func end() -> Bool {
        nextAt = .distantFuture
        defer { isActive = false }
        return isActive
    }
}
