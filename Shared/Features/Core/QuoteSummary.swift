import Domain

/// The quotes of one symbol while a bar lasted: sums for means, and the last quote.
public struct QuoteSummary: Sendable, BitwiseCopyable, Equatable {
    public private(set) var count = 0
    private var spreads = 0.0
    private var imbalances = 0.0
    private var imbalanceCount = 0
    private var bid = 0.0
    private var ask = 0.0
    private var bidSize = 0.0
    private var askSize = 0.0

    public init() {}

    public init(_ quote: Quote) {
        self.init(
            bid: Double(quote.bid), ask: Double(quote.ask), bidSize: Double(quote.bidSize),
            askSize: Double(quote.askSize))
    }

    /// One quote. One that is crossed, or that has no bid, is none at all.
    public init(bid: Double, ask: Double, bidSize: Double, askSize: Double) {
        guard bid > 0, ask >= bid, ask.isUsable, bidSize >= 0, askSize >= 0, (bidSize + askSize).isUsable
        else { return }
        count = 1
        (self.bid, self.ask, self.bidSize, self.askSize) = (bid, ask, bidSize, askSize)
        spreads = (ask - bid) / mid
        if bidSize + askSize > 0 {
            imbalances = (bidSize - askSize) / (bidSize + askSize)
            imbalanceCount = 1
        }
    }

    /// Adds later quotes.
    public mutating func add(_ later: QuoteSummary) {
        guard later.count > 0 else { return }
        count += later.count
        spreads += later.spreads
        imbalances += later.imbalances
        imbalanceCount += later.imbalanceCount
        (bid, ask, bidSize, askSize) = (later.bid, later.ask, later.bidSize, later.askSize)
    }

    /// The middle of the last quote.
    var mid: Double { (bid + ask) / 2 }
    /// The mean of the spreads, each in parts of its middle.
    var meanSpread: Double? { count > 0 ? spreads / Double(count) : nil }
    /// The mean of the bids' surplus of size in parts of both sizes.
    var meanImbalance: Double? { imbalanceCount > 0 ? imbalances / Double(imbalanceCount) : nil }
    /// The last quote's prices weighted by the sizes of the other sides: where the next trade is likelier.
    var microprice: Double? {
        let size = bidSize + askSize
        return count > 0 && size > 0 ? (bid * askSize + ask * bidSize) / size : nil
    }
}
