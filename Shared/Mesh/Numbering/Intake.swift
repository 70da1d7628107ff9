import Domain

/// Where a taker stands on each topic, and what to do with a message that arrives: the guard against holes,
/// doubles and ghosts.
struct Intake {
    enum Decision: Equatable {
        case take
        case duplicate
        /// It comes from an epoch that is over.
        case ghost
        /// Something before it is missing.
        case early
        /// The first message of a new epoch, which has to agree with where this taker stands.
        case opening
    }

    struct Stand {
        let topic: Topic
        let flow: Int
        var epoch: UInt64 = 0
        /// The last number that was accepted; in a replay it may still wait for its instant.
        var last: UInt64 = 0
        /// The furthest head that a beat or a later message told of.
        var headEpoch: UInt64 = 0
        var headLast: UInt64 = 0
        /// How far its owner said it was, in a beat of a process that started then.
        var told = Place(epoch: 0, number: 0)
        var toldBy = Timestamp.zero
        /// How the epoch before ended, as its owner told.
        var previous: Place?
        /// Since when this taker has been behind the head without getting on.
        var behindSince: Timestamp?
        /// Who told of the topic.
        var owner = ""
        var held: [Place: [UInt8]] = [:]
        var question: String?

        var isBehind: Bool { Place(epoch: epoch, number: last) < Place(epoch: headEpoch, number: headLast) }
    }

    /// A number within an epoch.
    struct Place: Hashable, Comparable {
        var epoch: UInt64
        var number: UInt64
        static func < (left: Self, right: Self) -> Bool {
            (left.epoch, left.number) < (right.epoch, right.number)
        }

        func opens(after epoch: UInt64) -> Bool { number == 1 && self.epoch > epoch }
    }

    private(set) var index = TopicIndex()
    var stands: [Stand] = []
    /// The stands that are, or may be, behind.
    var behind: Set<Int> = []
    var heldCount = 0

    mutating func stand(on topic: Topic, flow: @autoclosure () -> Int?) -> Int? {
        if let known = index.known(topic) { return known }
        guard let flow = flow() else { return nil }
        _ = index.find(topic)
        stands.append(Stand(topic: topic, flow: flow))
        return stands.count - 1
    }

    // Inlined, or each call would retain and release all that this holds: 60 ns a message.
    @inline(__always)
    func known(_ topic: UnsafeRawBufferPointer) -> Int? { index.known(topic) }
    @inline(__always)
    func known(_ topic: Topic) -> Int? { index.known(topic) }

    func decide(_ at: Int, epoch: UInt64, number: UInt64, isOpening: Bool, start: Flow.Start, guards: Guards)
        -> Decision
    {
        // Not the whole stand: its texts would be retained for each message.
        let stand = Place(epoch: stands[at].epoch, number: stands[at].last)
        if epoch == stand.epoch {
            if number == stand.number + 1 { return .take }
            if number <= stand.number { return guards.contains(.dropDuplicates) ? .duplicate : .take }
            return guards.contains(.fillGaps) ? .early : .take
        }
        if epoch < stand.epoch { return guards.contains(.fenceEpochs) ? .ghost : .take }
        if stand.epoch == 0 {
            if start == .latest { return isOpening ? .early : .take }
            return number == 1 && !isOpening ? .take : .early
        }
        if number == 1 && isOpening { return .opening }
        return guards.contains(.chainEpochs) ? .early : .take
    }

    mutating func accept(_ at: Int, epoch: UInt64, number: UInt64) {
        stands[at].epoch = epoch
        stands[at].last = number
        if stands[at].behindSince != nil {
            stands[at].behindSince = nil
            if !stands[at].isBehind && stands[at].held.isEmpty { behind.remove(at) }
        }
    }

    /// Keeps a message that came too early. False when there is no room: it will be asked for.
    mutating func hold(_ at: Int, epoch: UInt64, number: UInt64, _ bytes: UnsafeRawBufferPointer, max: Int)
        -> Bool
    {
        let place = Place(epoch: epoch, number: number)
        guard stands[at].held[place] == nil else { return false }
        guard heldCount < max else { return false }
        stands[at].held[place] = Array(bytes)
        heldCount += 1
        return true
    }

    /// The message that follows on where the stand is now, if it is held.
    mutating func nextHeld(_ at: Int) -> [UInt8]? {
        guard !stands[at].held.isEmpty else { return nil }
        let stand = stands[at]
        var next = Place(epoch: stand.epoch, number: stand.last + 1)
        if stand.held[next] == nil,
            let opening = stand.held.keys.filter({ $0.opens(after: stand.epoch) }).min()
        {
            next = opening
        }
        let found = stands[at].held.removeValue(forKey: next)
        if found != nil { heldCount -= 1 }
        // What is held of the past will never be asked for.
        let current = Place(epoch: stand.epoch, number: stand.last)
        for place in stands[at].held.keys where place <= current {
            stands[at].held[place] = nil
            heldCount -= 1
        }
        return found
    }

    /// Gives up all that came too early.
    mutating func drop(_ at: Int) {
        heldCount -= stands[at].held.count
        stands[at].held.removeAll()
    }

    /// Notes how far a topic is, as its owner says.
    mutating func hear(_ at: Int, epoch: UInt64, last: UInt64, from owner: String, at now: Timestamp) {
        let told = Place(epoch: epoch, number: last)
        let head = Place(epoch: stands[at].headEpoch, number: stands[at].headLast)
        // Who tells less than is known is not the owner any more.
        if told >= head && !owner.isEmpty { stands[at].owner = owner }
        if told > head {
            stands[at].headEpoch = epoch
            stands[at].headLast = last
        }
        if stands[at].isBehind {
            if stands[at].behindSince == nil { stands[at].behindSince = now }
            behind.insert(at)
        }
    }
}
