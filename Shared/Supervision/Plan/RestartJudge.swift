/// Decides what becomes of a process that ended by itself.
public struct RestartJudge: Equatable, Sendable {
    public enum Verdict: Equatable, Sendable {
        /// Start it again after so many nanoseconds.
        case restart(after: Int64)
        /// It is to stay as it is: it has done its work, or nobody wants it to be started again.
        case leave
        /// It ends again and again; a person has to look.
        case giveUp
    }

    public var backoff: Backoff
    /// After so many restarts in a row it is given up.
    public var restartsMax: Int
    /// A process that ran so long begins to count anew, in nanoseconds.
    public var stableAfter: Int64

    public init(backoff: Backoff, restartsMax: Int, stableAfter: Int64) {
        self.backoff = backoff
        self.restartsMax = restartsMax
        self.stableAfter = stableAfter
    }

    /// How many ends in a row there have been with this one.
    public func row(_ before: Int, _ exit: ProcessExit) -> Int {
        exit.ranFor >= stableAfter ? 1 : before + 1
    }

    /// `row` counts the ends in a row, this one included.
    public func verdict(on exit: ProcessExit, row: Int, _ policy: RestartPolicy, seed: UInt64) -> Verdict {
        var most = restartsMax
        switch policy {
        case .no: return .leave
        case .onFailure(let max):
            if exit.isSuccess { return .leave }
            if let max { most = min(most, max) }
        case .always, .unlessStopped: break
        }
        guard row <= most else { return .giveUp }
        return .restart(after: backoff.delay(afterFailures: row, seed: seed))
    }
}
