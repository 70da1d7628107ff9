import Domain

/// What a stream has missed, and how far it is filled.
///
/// It is asked for twice: at once, so that the mesh is up to date soon, and when the first bar of the new connection is
/// there. For the minute in which the connection began may be missing in the first answer, and will not come by the
/// stream.
struct Hole {
    private enum State: Equatable {
        case closed
        /// To be asked for, not before that moment.
        case open(Timestamp)
        case asked
    }

    private var state = State.closed
    /// Bars that open then or later may be missing.
    private(set) var since = Timestamp.distantPast
    private var openedAt = Timestamp.distantPast
    private var failures = 0
    /// The first bar of this connection has not come.
    private var awaitsFirstBar = false
    /// It is asked for once more when the answer is there that is under way.
    private var isRepeated = false

    var isClosed: Bool { state == .closed }

    /// A connection begins. Where nothing was ever said, nothing is missing.
    mutating func open(since last: Timestamp?, at now: Timestamp) {
        guard let last else { return }
        // The minute after the last instant opens when that one closes; an instant of late bars ends a little later.
        let minute = Timestamp(nanoseconds: last.nanoseconds - last.nanoseconds % Nanoseconds.minute)
        since = minute - Nanoseconds.minute
        (openedAt, failures, awaitsFirstBar) = (now, 0, true)
        // An answer that is under way may lack what happened since it was asked for.
        state = .open(now)
    }

    /// The stream is away, and others stand in for it: what came since the last instant is asked of them now.
    mutating func open(withoutStreamSince last: Timestamp, at now: Timestamp) {
        guard state != .asked else { return }
        open(since: last, at: now)
        awaitsFirstBar = false
    }

    mutating func lose() {
        awaitsFirstBar = false
        if state != .closed { state = .open(.distantFuture) }
    }

    /// A bar of the stream. The first one shows what the connection begins with.
    mutating func see(_ bar: Bar) {
        guard awaitsFirstBar else { return }
        awaitsFirstBar = false
        switch state {
        case .closed: state = .open(.distantPast)
        case .asked: isRepeated = true
        case .open: break
        }
    }

    /// Since when bars are to be asked for now.
    func wanted(at now: Timestamp) -> Timestamp? {
        guard case .open(let moment) = state, now >= moment else { return nil }
        return since
    }

    mutating func isAsked() {
        isRepeated = false
        state = .asked
    }

    mutating func filled() {
        guard state == .asked else { return }
        failures = 0
        state = isRepeated ? .open(.distantPast) : .closed
    }

    mutating func failed(at now: Timestamp) {
        guard state != .closed else { return }
        failures += 1
        state = .open(now + min(Nanoseconds.second << Int64(min(failures - 1, 10)), 30 * Nanoseconds.second))
    }

    func hasWaited(_ patience: Int64, at now: Timestamp) -> Bool {
        switch state {
        case .closed: false
        // Nothing comes that would have to wait.
        case .open(.distantFuture): false
        case .open, .asked: failures > 0 && now - openedAt > patience
        }
    }

    mutating func giveUp() {
        state = .closed
        awaitsFirstBar = false
    }

    var nextAt: Timestamp {
        if case .open(let moment) = state { return moment }
        return .distantFuture
    }
}
