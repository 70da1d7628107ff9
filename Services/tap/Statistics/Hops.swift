import Configuration
import Domain
import Explaining

/// How long messages took from one place to the next, for each kind of topic: from the market to the sender, from the
/// sender to whoever heard them, and from a cause to its effect where both were seen.
struct Hops {
    struct Hop {
        let from: String
        let to: String
        var delays = Histogram()
    }

    /// A message of a replay says when it was sent in the data's time: that is no delay.
    static let delayMax = Nanoseconds.hour
    /// The first kinds of topics, all that there are in practice, are told apart.
    static let kindsMax = 64

    private(set) var kinds: [String] = []
    private(set) var hops: [Hop] = []
    /// Messages that were sent in another time than they were heard in.
    private(set) var incomparable = 0

    /// Which hop is that of a kind's happening, of its hearing, and of each pair of cause and effect.
    private var slots = [Int16](repeating: -1, count: (2 + kindsMax) * kindsMax)
    private var seen = SeenMessages()
    /// What hearing is called: a tap hears, the service whose transcript is read took.
    private let hearing: String

    init(hearing: String) { self.hearing = hearing }

    /// The number of the kind of a topic.
    mutating func kind(of topic: Topic) -> Int {
        let parts = topic.text.split(separator: "/", maxSplits: 2, omittingEmptySubsequences: false)
        let name = visible(parts.prefix(2).joined(separator: "/"))
        if let known = kinds.firstIndex(of: name) { return known }
        guard kinds.count < Hops.kindsMax - 1 else {
            if kinds.count < Hops.kindsMax { kinds.append("others") }
            return Hops.kindsMax - 1
        }
        kinds.append(name)
        return kinds.count - 1
    }

    /// `moment` is when the message went by here, and `heardAt` the same unless it is the sender's own record.
    mutating func note(_ message: Message, kind: Int, topic: Int, cause: Int?, heardAt: Int64?, moment: Int64)
    {
        let sentAt = message.sentAt.nanoseconds
        if message.originAt.nanoseconds > 0, message.cause == nil {
            let hop = hop(at: kind) { kinds, _ in Hop(from: "\(kinds[kind]) happened", to: "sent") }
            hops[hop].delays.add(elapsed(from: message.originAt.nanoseconds, to: sentAt))
        }
        if let heardAt {
            let delay = elapsed(from: sentAt, to: heardAt)
            if delay.magnitude < Hops.delayMax.magnitude {
                let hop = hop(at: Hops.kindsMax + kind) { Hop(from: "\($0[kind]) sent", to: $1) }
                hops[hop].delays.add(delay)
            } else {
                incomparable += 1
            }
        }
        if let cause, let named = message.cause,
            let before = seen.find(cause, epoch: named.epoch, number: named.number)
        {
            let hop = hop(at: (2 + before.kind) * Hops.kindsMax + kind) { kinds, _ in
                Hop(from: kinds[before.kind], to: kinds[kind])
            }
            hops[hop].delays.add(elapsed(from: before.moment, to: moment))
        }
        seen.note(topic, epoch: message.epoch, number: message.number, kind: kind, moment: moment)
    }

    @inline(__always)
    private mutating func hop(at slot: Int, _ make: ([String], String) -> Hop) -> Int {
        if slots[slot] >= 0 { return Int(slots[slot]) }
        slots[slot] = Int16(hops.count)
        hops.append(make(kinds, hearing))
        return hops.count - 1
    }
}

/// The messages that went by last, by name, so that an effect finds its cause: a table of fixed size, in which a new
/// message takes the place of an old one.
private struct SeenMessages {
    private struct Entry {
        var topic: Int32 = -1
        var kind: Int32 = 0
        var epoch: UInt64 = 0
        var number: UInt64 = 0
        var moment: Int64 = 0
    }

    private static let countBits = 16
    private var entries = [Entry](repeating: Entry(), count: 1 << countBits)

    mutating func note(_ topic: Int, epoch: UInt64, number: UInt64, kind: Int, moment: Int64) {
        entries[SeenMessages.slot(topic, epoch, number)] = Entry(
            topic: Int32(topic), kind: Int32(kind), epoch: epoch, number: number, moment: moment)
    }

    func find(_ topic: Int, epoch: UInt64, number: UInt64) -> (kind: Int, moment: Int64)? {
        let entry = entries[SeenMessages.slot(topic, epoch, number)]
        guard entry.topic == topic, entry.epoch == epoch, entry.number == number else { return nil }
        return (Int(entry.kind), entry.moment)
    }

    @inline(__always)
    private static func slot(_ topic: Int, _ epoch: UInt64, _ number: UInt64) -> Int {
        let word = (UInt64(topic) &* 0x9E37_79B9_7F4A_7C15) ^ epoch &* 0xC2B2_AE3D_27D4_EB4F ^ number
        return Int((word &* 0x9E37_79B9_7F4A_7C15) >> UInt64(64 - countBits))
    }
}
