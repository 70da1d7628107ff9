import CColumns

/// The volume-weighted average price since one bar, the anchor, and the deviation about it.
public struct AnchoredVWAP: ListedIndicator {
    @usableFromInline var total = VolumeWeightedPrice()
    @usableFromInline let skipped: Int
    @usableFromInline var seen = 0

    /// The anchor is the bar after so many.
    @inlinable public init(skipping bars: Int = 0) { skipped = bars }
    @inlinable public var warmUp: Int { skipped + 1 }

    /// Makes the next bar the anchor.
    @inlinable public mutating func anchor() {
        total = VolumeWeightedPrice()
        seen = skipped
    }

    @inlinable @inline(__always)
    public mutating func update(_ candle: Candle) -> VolumeWeightedPrice.Value? {
        guard candle.hasUsablePrices, candle.volume.isUsable else { return nil }
        if seen < skipped {
            seen += 1
            return nil
        }
        return total.update(candle)
    }

    public func fill(_ answers: inout Answers<VolumeWeightedPrice.Value>, from bars: CandleSource) {
        guard skipped == 0, !total.hasBegun, answers.count > 0 else {
            return fillByUpdates(&answers, from: bars)
        }
        let (shift, stride) = (bars[0].typicalPrice, answers.count)
        var sums = tradewind_weighted_price()
        let isDone = answers.putBlocks(from: 0, alwaysFinite: true) { bar, length, prices in
            let refused = tradewind_anchored_prices(
                bars.high.from(bar), bars.low.from(bar), bars.close.from(bar), bars.volume.from(bar), shift,
                length, &sums, prices, prices + stride)
            return refused == 0
        }
        if !isDone { fillByUpdates(&answers, from: bars) }
    }

    public static let listing = Listing(
        "anchored_vwap", "volume-weighted average price since one bar, and its deviation",
        parameters: [.whole("anchor", 0, in: 0...1_000_000_000, "bars before the anchor")],
        inputs: InputColumn.prices + [.volume], outputs: ["vwap", "deviation"], warmUp: "anchor + 1",
        formula: "Σ p v ÷ Σ v and √(Σ v (p − vwap)² ÷ Σ v) since the bar anchor",
        .taLib("VWAP", remark: "with anchor 0"))
    public init(_ chosen: Chosen) { self.init(skipping: chosen.whole("anchor")) }
}
