import Domain
import Strategies

/// A strategy among several, whatever its type.
class Member {
    /// The length of the bars that it asked for; nothing: whatever each instrument is traded on.
    let span: Int64?
    /// By instrument: the bars that it is traded on are those that the strategy is shown.
    let takesShortest: [Bool]
    var opinions: Opinions

    init(label: String, span: Int64?, _ market: Market) {
        self.span = span
        takesShortest = market.bars.spans.map { span == nil || $0 == span }
        opinions = Opinions(of: label, symbols: market.symbols)
    }

    var warmUp: Int { 0 }
    func onBar(_ bar: Bar, of instrument: Int, at now: Timestamp) {}
    func onQuote(_ quote: Quote, of instrument: Int, at now: Timestamp) {}
    func onTrade(_ trade: Trade, of instrument: Int, at now: Timestamp) {}
    func onFill(_ fill: Fill, of instrument: Int, at now: Timestamp) {}
    func onTimer(at now: Timestamp) {}
}

/// The member that a strategy's type makes.
final class MemberOf<S: Strategy>: Member {
    private var strategy: S

    init(_ strategy: consuming S, label: String, span: Int64?, _ market: Market) {
        self.strategy = strategy
        super.init(label: label, span: span, market)
    }

    override var warmUp: Int { strategy.warmUp }

    override func onBar(_ bar: Bar, of instrument: Int, at now: Timestamp) {
        strategy.onBar(bar, of: instrument, at: now, &opinions)
    }

    override func onQuote(_ quote: Quote, of instrument: Int, at now: Timestamp) {
        strategy.onQuote(quote, of: instrument, at: now, &opinions)
    }

    override func onTrade(_ trade: Trade, of instrument: Int, at now: Timestamp) {
        strategy.onTrade(trade, of: instrument, at: now, &opinions)
    }

    override func onFill(_ fill: Fill, of instrument: Int, at now: Timestamp) {
        strategy.onFill(fill, of: instrument, at: now, &opinions)
    }

    override func onTimer(at now: Timestamp) { strategy.onTimer(at: now, &opinions) }
}
