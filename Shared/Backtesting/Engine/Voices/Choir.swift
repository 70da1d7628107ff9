import Domain
import Strategies

/// Several strategies on one account, each shown the bars of the span that it asked for. They are met behind a class,
/// which costs some nanoseconds a bar and strategy.
struct Choir: Voices {
    private let members: [Member]
    private(set) var haveSpoken = false

    init(_ participants: [Participant], _ market: Market) throws {
        members = try participants.map { try $0.join(market) }
    }

    var count: Int { members.count }
    var warmUp: Int { members.map(\.warmUp).max() ?? 0 }

    subscript(number: Int) -> Opinions {
        _read { yield members[number].opinions }
        nonmutating _modify { yield &members[number].opinions }
    }

    mutating func onBar(_ bar: Bar, of instrument: Int, at now: Timestamp) {
        for member in members where member.takesShortest[instrument] {
            member.onBar(bar, of: instrument, at: now)
            listen(to: member)
        }
    }

    mutating func onLongerBar(_ bar: Bar, of instrument: Int, at now: Timestamp) {
        for member in members where member.span == bar.span && !member.takesShortest[instrument] {
            member.onBar(bar, of: instrument, at: now)
            listen(to: member)
        }
    }

    mutating func onQuote(_ quote: Quote, of instrument: Int, at now: Timestamp) {
        for member in members {
            member.onQuote(quote, of: instrument, at: now)
            listen(to: member)
        }
    }

    mutating func onTrade(_ trade: Trade, of instrument: Int, at now: Timestamp) {
        for member in members {
            member.onTrade(trade, of: instrument, at: now)
            listen(to: member)
        }
    }

    mutating func onFill(_ fill: Fill, of instrument: Int, at now: Timestamp, for number: Int) {
        members[number].onFill(fill, of: instrument, at: now)
        listen(to: members[number])
    }

    mutating func onTimer(at now: Timestamp, for number: Int) {
        members[number].onTimer(at: now)
        listen(to: members[number])
    }

    mutating func wereHeard() { haveSpoken = false }

    private mutating func listen(to member: Member) {
        if !member.opinions.isEmpty { haveSpoken = true }
    }
}
