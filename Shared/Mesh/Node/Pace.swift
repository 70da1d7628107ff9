import Domain

/// How far ahead of its followers the owner of a replay is: at most so many steps.
struct Pace {
    private var reached: [String: Timestamp] = [:]
    /// The steps that were sent and that some follower has not passed on yet, oldest first.
    private var open: [Timestamp] = []

    mutating func sent(_ step: Timestamp) { open.append(step) }

    mutating func acknowledge(_ step: Timestamp, by follower: String) {
        reached[follower] = max(reached[follower] ?? step, step)
    }

    /// Who is behind all others, or has not been heard of.
    func slowest(of followers: [String]) -> String {
        followers.min { (reached[$0] ?? .zero, $0) < (reached[$1] ?? .zero, $1) } ?? ""
    }

    /// How many steps the slowest follower has still to take.
    mutating func ahead(of followers: [String]) -> Int {
        guard !followers.isEmpty else {
            open.removeAll(keepingCapacity: true)
            return 0
        }
        var slowest: Timestamp?
        for follower in followers {
            guard let at = reached[follower] else { return open.count }
            slowest = min(slowest ?? at, at)
        }
        if let slowest, let first = open.first, first <= slowest {
            open.removeFirst(open.firstIndex { $0 > slowest } ?? open.count)
        }
        return open.count
    }
}
