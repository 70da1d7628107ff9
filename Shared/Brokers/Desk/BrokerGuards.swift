/// The rules that keep a broker's desk honest. Production runs with all of them, always; the simulator takes one away
/// after the other, to show that it notices.
package struct BrokerGuards: OptionSet, Sendable, CaseIterable {
    package let rawValue: UInt32
    package init(rawValue: UInt32) { self.rawValue = rawValue }

    /// Nothing is sent before what is unknown has been asked for.
    package static let askFirst = BrokerGuards(rawValue: 1 << 0)
    /// What is sent again is sent under its own id.
    package static let sameId = BrokerGuards(rawValue: 1 << 1)
    /// No answer is not a refusal.
    package static let unknownIsUnknown = BrokerGuards(rawValue: 1 << 2)
    /// An order that the broker has already is the same order.
    package static let adopt = BrokerGuards(rawValue: 1 << 3)
    /// A refusal of what was sent twice is asked about.
    package static let doubtRefusals = BrokerGuards(rawValue: 1 << 4)
    /// A part that was traded is taken once.
    package static let knowParts = BrokerGuards(rawValue: 1 << 5)
    /// A fill after the order's end is heard.
    package static let hearAfterEnd = BrokerGuards(rawValue: 1 << 6)
    /// A fill before its order is known waits for it.
    package static let keepOrphans = BrokerGuards(rawValue: 1 << 7)
    /// Fills that were not told are looked for.
    package static let readActivities = BrokerGuards(rawValue: 1 << 8)
    package static let comparePositions = BrokerGuards(rawValue: 1 << 9)
    /// Nothing is opened where the views part.
    package static let freeze = BrokerGuards(rawValue: 1 << 10)
    /// More than was ordered is a difference.
    package static let countOverfills = BrokerGuards(rawValue: 1 << 11)
    /// An order that has ended here and works at the broker is a difference, and is cancelled.
    package static let seekReturned = BrokerGuards(rawValue: 1 << 12)
    /// An order that may be on its way has not ended.
    package static let awaitStragglers = BrokerGuards(rawValue: 1 << 13)
    /// Nothing leaves before what makes way for it has ended.
    package static let awaitEnds = BrokerGuards(rawValue: 1 << 14)
    /// What has traded unknown to whoever asked for an order is not traded once more.
    package static let countUnheard = BrokerGuards(rawValue: 1 << 15)

    package static let allCases: [BrokerGuards] = names.indices.map { BrokerGuards(rawValue: 1 << $0) }
    package static let all = BrokerGuards(allCases)

    private static let names = [
        "ask, then send", "same id again", "unknown, not refused", "adopt duplicates", "doubt refusals",
        "take a part once", "hear after the end", "keep early fills", "read activities", "compare positions",
        "freeze", "count overfills", "seek returned orders", "await stragglers", "await ends",
        "count what is unheard",
    ]

    package var name: String { BrokerGuards.names[rawValue.trailingZeroBitCount] }
}
