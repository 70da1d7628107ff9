/// Every indicator there is, one line each, in the order in which they are shown.
public enum IndicatorRegistry {
    public static let entries: [IndicatorEntry] = [
        // Averages
        .init(SMA.self),
        .init(EMA.self),
        .init(WMA.self),
        .init(RMA.self),
        .init(DEMA.self),
        .init(TEMA.self),
        .init(HMA.self),
        .init(KAMA.self),
        .init(VWMA.self),
        // Momentum
        .init(RSI.self),
        .init(Stochastic.self),
        .init(StochRSI.self),
        .init(MACD.self),
        .init(PPO.self),
        .init(ROC.self),
        .init(Momentum.self),
        .init(CCI.self),
        .init(WilliamsR.self),
        // Trend
        .init(DirectionalMovement.self),
        .init(ADX.self),
        .init(Aroon.self),
        .init(Ichimoku.self),
        .init(ParabolicSAR.self),
        .init(SuperTrend.self),
        // Volatility
        .init(TrueRange.self),
        .init(ATR.self),
        .init(NATR.self),
        .init(Bollinger.self),
        .init(BollingerPosition.self),
        .init(Keltner.self),
        .init(Donchian.self),
        .init(RealisedVolatility.self),
        .init(Parkinson.self),
        .init(GarmanKlass.self),
        .init(RogersSatchell.self),
        .init(YangZhang.self),
        // Volume
        .init(VWAP.self),
        .init(AnchoredVWAP.self),
        .init(OBV.self),
        .init(AccumulationDistribution.self),
        .init(CMF.self),
        .init(MFI.self),
        // Windows
        .init(RollingDeviation.self),
        .init(ZScore.self),
        .init(Highest.self),
        .init(Lowest.self),
        .init(RollingMedian.self),
        .init(PercentRank.self),
        .init(LinearRegression.self),
        .init(Correlation.self),
        .init(Beta.self),
        // Levels
        .init(Swings.self),
        .init(SupportResistance.self),
        // Patterns
        .init(Doji.self),
        .init(Hammer.self),
        .init(ShootingStar.self),
        .init(Engulfing.self),
        .init(Harami.self),
        .init(MorningStar.self),
        .init(EveningStar.self),
        .init(ThreeSoldiers.self),
        .init(ThreeCrows.self),
        .init(Piercing.self),
        .init(DarkCloud.self),
    ]

    /// The indicator of that name.
    public static func entry(named name: String) -> IndicatorEntry? {
        entries.first { $0.listing.name == name }
    }
}
