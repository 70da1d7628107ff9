/// The volume-weighted average of the typical price since a session began, and the volume-weighted standard
/// deviation about it. Nothing until the session has a volume.
public struct VWAP: ListedIndicator {
    @usableFromInline var total = VolumeWeightedPrice()
    @usableFromInline var session = 0

    @inlinable public init() {}
    @inlinable public var warmUp: Int { 1 }

    /// Begins anew with the next bar, whatever its session.
    @inlinable public mutating func anchor() { total = VolumeWeightedPrice() }

    @inlinable @inline(__always)
    public mutating func update(_ candle: Candle) -> VolumeWeightedPrice.Value? {
        guard candle.hasUsablePrices, candle.volume.isUsable else { return nil }
        if candle.session != session {
            session = candle.session
            anchor()
        }
        return total.update(candle)
    }

    public static let listing = Listing(
        "vwap", "volume-weighted average price of the session, and its deviation",
        inputs: InputColumn.prices + [.volume, .session], outputs: ["vwap", "deviation"], warmUp: "1",
        formula: "Σ p v ÷ Σ v and √(Σ v (p − vwap)² ÷ Σ v) since the session began",
        .taLib("VWAP", remark: "within one session; TA-Lib knows no sessions and no deviation"))
    public init(_ chosen: Chosen) { self.init() }
}
