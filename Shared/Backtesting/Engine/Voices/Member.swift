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

/// The member that a strategy's type makes.
final class MemberOf<S: Strategy>: Member {
    private var strategy: S

    init(_ strategy: consuming S, span: Int64?, _ market: Market) {
        self.strategy = strategy
        super.init(span: span, market)
    }

    override var warmUp: Int { strategy.warmUp }

    override func onBar(_ bar: Bar, of instrument: Int, at now: Timestamp, _ opinions: inout Opinions) {
        strategy.onBar(bar, of: instrument, at: now, &opinions)
    }

    override func onQuote(_ quote: Quote, of instrument: Int, at now: Timestamp, _ opinions: inout Opinions) {
        strategy.onQuote(quote, of: instrument, at: now, &opinions)
    }

    override func onTrade(_ trade: Trade, of instrument: Int, at now: Timestamp, _ opinions: inout Opinions) {
        strategy.onTrade(trade, of: instrument, at: now, &opinions)
    }

    override func onFill(_ fill: Fill, of instrument: Int, at now: Timestamp, _ opinions: inout Opinions) {
        strategy.onFill(fill, of: instrument, at: now, &opinions)
    }

    override func onTimer(at now: Timestamp, _ opinions: inout Opinions) {
        strategy.onTimer(at: now, &opinions)
    }
}
