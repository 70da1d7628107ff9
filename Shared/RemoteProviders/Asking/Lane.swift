import Domain
import HTTP

/// How one provider is asked: not more often than its limits allow, not more at once than is decent, and not at all
/// while it wants to be left alone.
public struct Lane: Sendable {
    private var buckets: [TokenBucket]
    let parallelMax: Int
    var running = 0
    /// Set by an answer that said so.
    var restsUntil = Timestamp.distantPast
    /// Whether it has ever answered well: then a refusal may be a hiccup, else it is about the key.
    var hasAnswered = false

    public init(_ rates: [Rate], parallelMax: Int) {
        buckets = rates.map { TokenBucket($0) }
        self.parallelMax = max(1, parallelMax)
    }

    /// The first moment at which a request may leave, as far as time alone has a say.
    func opening(at now: Timestamp) -> Timestamp {
        buckets.reduce(max(now, restsUntil)) { max($0, $1.opening(at: now)) }
    }

    mutating func spend(at now: Timestamp) {
        for index in buckets.indices { buckets[index].spend(at: now) }
    }
}
