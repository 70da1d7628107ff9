import Domain
import Strategies

/// A strategy among several, whatever its type.
class Member {
    /// By instrument, the length of the bars that it is shown.
    let spans: [Int64]

    /// Without a span it is shown what each instrument is traded on.
    init(span: Int64?, _ market: Market) { spans = market.bars.spans.map { span ?? $0 } }

    var warmUp: Int { 0 }
    func onBar(_ bar: Bar, of instrument: Int, at now: Timestamp, _ opinions: inout Opinions) {}
    func onQuote(_ quote: Quote, of instrument: Int, at now: Timestamp, _ opinions: inout Opinions) {}
    func onTrade(_ trade: Trade, of instrument: Int, at now: Timestamp, _ opinions: inout Opinions) {}
    func onFill(_ fill: Fill, of instrument: Int, at now: Timestamp, _ opinions: inout Opinions) {}
    func onTimer(at now: Timestamp, _ opinions: inout Opinions) {}
}

/// The member that a voice's type makes.
final class MemberOf<V: Voice>: Member {
    private var voice: V

    init(_ voice: consuming V, span: Int64?, _ market: Market) {
        self.voice = voice
        super.init(span: span, market)
    }

    override var warmUp: Int { voice.warmUp }

    override func onBar(_ bar: Bar, of instrument: Int, at now: Timestamp, _ opinions: inout Opinions) {
        voice.onBar(bar, of: instrument, at: now, &opinions)
    }

    override func onQuote(_ quote: Quote, of instrument: Int, at now: Timestamp, _ opinions: inout Opinions) {
        voice.onQuote(quote, of: instrument, at: now, &opinions)
    }

    override func onTrade(_ trade: Trade, of instrument: Int, at now: Timestamp, _ opinions: inout Opinions) {
        voice.onTrade(trade, of: instrument, at: now, &opinions)
    }

    override func onFill(_ fill: Fill, of instrument: Int, at now: Timestamp, _ opinions: inout Opinions) {
        voice.onFill(fill, of: instrument, at: now, &opinions)
    }

    override func onTimer(at now: Timestamp, _ opinions: inout Opinions) {
        voice.onTimer(at: now, &opinions)
    }
}
