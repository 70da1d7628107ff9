import Domain

/// The topics that a shard owns, in the order in which it first used them, and how far each one is.
struct Outlets {
    struct Outlet {
        let topic: Topic
        let utf8: [UInt8]
        let lane: Lane
        /// The epoch of the last number.
        var epoch: UInt64
        var last: UInt64
        var movedSinceBeat = true
        var movedSinceStep = false
    }

    private(set) var all: [Outlet] = []
    private var index = TopicIndex()

    mutating func find(_ topic: Topic) -> Int {
        let found = index.find(topic)
        if found < all.count { return found }
        all.append(
            Outlet(topic: topic, utf8: Array(topic.text.utf8), lane: topic.lane ?? .local, epoch: 0, last: 0))
        return found
    }

    func known(_ topic: Topic) -> Int? { index.known(topic) }

    /// The next number of a topic.
    mutating func advance(_ outlet: Int, epoch: UInt64) -> UInt64 {
        all[outlet].last = all[outlet].epoch == epoch ? all[outlet].last + 1 : 1
        all[outlet].epoch = epoch
        all[outlet].movedSinceBeat = true
        all[outlet].movedSinceStep = true
        return all[outlet].last
    }

    mutating func set(_ outlet: Int, epoch: UInt64, last: UInt64, movedSinceStep: Bool = true) {
        all[outlet].epoch = epoch
        all[outlet].last = last
        all[outlet].movedSinceStep = movedSinceStep
    }

    /// Has the next step tell of a topic.
    mutating func touch(_ topic: Topic) {
        if let outlet = known(topic) { all[outlet].movedSinceStep = true }
    }

    mutating func headsForBeat(whole: Bool) -> [TopicHead] {
        var heads: [TopicHead] = []
        for at in all.indices where all[at].lane != .local && (whole || all[at].movedSinceBeat) {
            heads.append(TopicHead(topic: all[at].topic.text, epoch: all[at].epoch, last: all[at].last))
            all[at].movedSinceBeat = false
        }
        return heads
    }

    mutating func headsForStep(besides step: Int) -> [TopicHead] {
        var heads: [TopicHead] = []
        for at in all.indices where all[at].lane != .local && all[at].movedSinceStep && at != step {
            heads.append(TopicHead(topic: all[at].topic.text, epoch: all[at].epoch, last: all[at].last))
            all[at].movedSinceStep = false
        }
        return heads
    }
}
