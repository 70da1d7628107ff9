import Domain
import Strategies

/// Several strategies as one voice, each shown the bars of the span that it asked for. They are met behind a class, which
/// costs some nanoseconds a bar and strategy. Fills and timers are for the one whose number `opinions.speaker` is.
struct Choir: Voice {
    private let members: [Member]

    init(_ participants: [Participant], _ market: Market) throws {
        members = try participants.map { try $0.join(market) }
    }

    var warmUp: Int { members.map(\.warmUp).max() ?? 0 }

    mutating func onBar(_ bar: Bar, of instrument: Int, at now: Timestamp, _ opinions: inout Opinions) {
        for (number, member) in members.enumerated() where member.spans[instrument] == bar.span {
            opinions.speaker = number
            member.onBar(bar, of: instrument, at: now, &opinions)
        }
    }

    mutating func onQuote(_ quote: Quote, of instrument: Int, at now: Timestamp, _ opinions: inout Opinions) {
        for (number, member) in members.enumerated() {
            opinions.speaker = number
            member.onQuote(quote, of: instrument, at: now, &opinions)
        }
    }

    mutating func onTrade(_ trade: Trade, of instrument: Int, at now: Timestamp, _ opinions: inout Opinions) {
        for (number, member) in members.enumerated() {
            opinions.speaker = number
            member.onTrade(trade, of: instrument, at: now, &opinions)
        }
    }

    mutating func onFill(_ fill: Fill, of instrument: Int, at now: Timestamp, _ opinions: inout Opinions) {
        members[opinions.speaker].onFill(fill, of: instrument, at: now, &opinions)
    }

    mutating func onTimer(at now: Timestamp, _ opinions: inout Opinions) {
        members[opinions.speaker].onTimer(at: now, &opinions)
    }
}
