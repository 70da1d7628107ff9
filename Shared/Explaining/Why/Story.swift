import Domain

/// Some messages with everything that brought them about, in the order in which it happened.
package struct Story {
    package struct Hop {
        package let copy: Copy
        /// How long after its cause it was sent; nothing where it has none, or none that is known.
        package let delay: Int64?

        package var message: Message { copy.message }
    }

    package private(set) var hops: [Hop] = []
    /// Causes that no transcript holds.
    package private(set) var missing: [Cause] = []

    /// Far more than an order ever has: a transcript of a stranger may name causes without end.
    static let hopsMax = 10_000

    /// `find` gives every record there is of a message that brought another one about.
    package init(of copies: [Copy], find: (Cause, _ effect: Copy) throws -> [Copy]) rethrows {
        var known: [Cause: Copy] = [:]
        var absent: Set<Cause> = []
        for copy in copies { known[copy.name] = copy }
        var open = copies
        while let copy = open.popLast(), known.count < Story.hopsMax {
            guard let cause = copy.message.cause, known[cause] == nil, !absent.contains(cause) else {
                continue
            }
            guard let found = try Story.best(find(cause, copy)) ?? Story.taken(cause, before: copy) else {
                absent.insert(cause)
                continue
            }
            known[cause] = found
            open.append(found)
        }
        missing = absent.sorted { ($0.topic, $0.epoch, $0.number) < ($1.topic, $1.epoch, $1.number) }
        hops = known.values.sorted(by: Story.isEarlier).map { copy in
            let cause = copy.message.cause.flatMap { known[$0]?.message }
            return Hop(
                copy: copy,
                delay: cause.map { elapsed(from: $0.sentAt.nanoseconds, to: copy.message.sentAt.nanoseconds) }
            )
        }
    }

    private static func best(_ copies: [Copy]) -> Copy? { copies.first(where: \.isSent) ?? copies.first }

    /// The cause as it was taken before its effect was sent.
    private static func taken(_ cause: Cause, before effect: Copy) -> Copy? {
        guard let message = effect.batchCause, message.asCause == cause else { return nil }
        return Copy(
            message: message, shard: effect.shard, segment: effect.segment, batch: effect.batch, kind: .taken,
            time: effect.time)
    }

    private static func isEarlier(_ left: Copy, _ right: Copy) -> Bool {
        let (a, b) = (left.message, right.message)
        return (a.sentAt, a.stage, a.topic, a.epoch, a.number) < (
            b.sentAt, b.stage, b.topic, b.epoch, b.number
        )
    }

    /// Whether all of it goes back to what came in at an edge.
    package var isWhole: Bool { missing.isEmpty && !hops.isEmpty }
}
