import Domain

/// What can be seen of a bar or quote by itself.
enum Shape {
    /// What is wrong with a bar, and the figures that show it.
    static func fault(of bar: Bar) -> (kind: FaultKind, sentence: String)? {
        let lowest = min(bar.open, bar.high, bar.low, bar.close)
        if !lowest.isPositive { return (.nonPositive, "a price of \(lowest)") }
        if bar.high < bar.low { return (.highBelowLow, "the high \(bar.high) is below the low \(bar.low)") }
        if bar.open > bar.high || bar.open < bar.low {
            return (.openOutside, "the open \(bar.open) is outside \(bar.low) to \(bar.high)")
        }
        if bar.close > bar.high || bar.close < bar.low {
            return (.closeOutside, "the close \(bar.close) is outside \(bar.low) to \(bar.high)")
        }
        if bar.volume.isNegative { return (.negativeVolume, "a volume of \(bar.volume)") }
        return nil
    }

    static func fault(of quote: Quote) -> (kind: FaultKind, sentence: String)? {
        let lowest = min(quote.bid, quote.ask)
        if !lowest.isPositive { return (.nonPositive, "a price of \(lowest)") }
        if quote.bidSize.isNegative || quote.askSize.isNegative {
            return (.negativeVolume, "a size of \(min(quote.bidSize, quote.askSize))")
        }
        return nil
    }

    static func fault(of trade: Trade) -> (kind: FaultKind, sentence: String)? {
        if !trade.price.isPositive { return (.nonPositive, "a price of \(trade.price)") }
        if trade.size.isNegative { return (.negativeVolume, "a size of \(trade.size)") }
        return nil
    }

    /// A share as a person reads it: `-86 %`. Beyond a million the figure says no more.
    static func percent(_ share: Double) -> String {
        let percent = Int((min(share, 1e6) * 100).rounded())
        return "\(percent > 0 ? "+" : "")\(percent) %"
    }

    static func figures(of bar: Bar) -> [Figure] {
        [
            Figure(name: "open", value: Double(bar.open)), Figure(name: "high", value: Double(bar.high)),
            Figure(name: "low", value: Double(bar.low)), Figure(name: "close", value: Double(bar.close)),
            Figure(name: "volume", value: Double(bar.volume)),
        ]
    }

    static func figures(of quote: Quote) -> [Figure] {
        [
            Figure(name: "bid", value: Double(quote.bid)), Figure(name: "ask", value: Double(quote.ask)),
            Figure(name: "bid_size", value: Double(quote.bidSize)),
            Figure(name: "ask_size", value: Double(quote.askSize)),
        ]
    }

    static func figures(of trade: Trade) -> [Figure] {
        [Figure(name: "price", value: Double(trade.price)), Figure(name: "size", value: Double(trade.size))]
    }
}

extension Bar {
    /// Why it cannot be, whatever came before it, and the figures that show it; nothing where it can.
    public var shapeFault: (kind: FaultKind, sentence: String)? { Shape.fault(of: self) }
}
