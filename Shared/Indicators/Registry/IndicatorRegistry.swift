/// Every indicator there is, one line each, in the order in which they are shown.
public enum IndicatorRegistry {
    public static let entries: [IndicatorEntry] = [
        // Averages
        .init(SMA.self),
        .init(EMA.self),
        // Momentum
        .init(RSI.self),
        // Trend
        .init(DirectionalMovement.self),
        .init(ADX.self),
        // Volatility
        .init(TrueRange.self),
        .init(ATR.self),
        .init(NATR.self),
        // Volume
        .init(VWAP.self),
        .init(AnchoredVWAP.self),
        // Windows
        .init(RollingDeviation.self),
        .init(ZScore.self),
        .init(Highest.self),
        .init(Lowest.self),
    ]

    /// The indicator of that name.
    public static func entry(named name: String) -> IndicatorEntry? {
        entries.first { $0.listing.name == name }
    }
}
