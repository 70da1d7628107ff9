import Glibc
import Indicators

extension FeatureRegistry {
    static var dollarVolume: Feature {
        .bars(
            "dollar_volume_21", .volume, "what is traded a bar, as a logarithm",
            "ln(mean₂₁(c · v)); nothing without volume",
            warmUp: 21
        ) { WindowMean(21, of: { $0.dollarVolume }) { mean, _ in mean > 0 ? log(mean) : nil } }
    }

    static var volume: [Feature] {
        [
            .bars(
                "volume_ratio_20", .volume, "volume beside its mean", "v ÷ mean₂₀(v)", warmUp: 20
            ) { WindowMean(20, of: { $0.candle.volume }) { mean, reading in reading.candle.volume / mean } },
            .bars(
                "volume_zscore_63", .volume, "distance of the volume from its mean in deviations",
                "zscore(63) of v", warmUp: 63
            ) { OfIndicator(ZScore(period: 63), of: { $0.candle.volume }) { score, _ in score } },
            .bars(
                "volume_trend_5_63", .volume, "volume of a week beside that of a quarter",
                "mean₅(v) ÷ mean₆₃(v) − 1",
                warmUp: 63
            ) { VolumeTrend(short: 5, long: 63) },
            .bars(
                "obv_change_21", .volume, "volume of rising less that of falling bars in parts of all",
                "Σ₂₁ sign(c − c[1]) v ÷ Σ₂₁ v", warmUp: 22
            ) {
                WindowShare(
                    21,
                    of: { reading in
                        let side: Double = reading.move > 0 ? 1 : reading.move < 0 ? -1 : 0
                        return reading.hasBefore ? (side * reading.candle.volume, reading.candle.volume) : nil
                    })
            },
            .bars("mfi_14", .volume, "money flow index, 0 to 1", "mfi(14) ÷ 100", warmUp: 15) {
                OfIndicator(MFI(period: 14)) { index, _ in index / 100 }
            },
            .bars("cmf_20", .volume, "money flow of Chaikin, -1 to 1", "cmf(20)", warmUp: 20) {
                OfIndicator(CMF(period: 20)) { flow, _ in flow }
            },
            .bars(
                "vwap_distance_20", .volume, "close beside the mean price weighted by volume",
                "c ÷ (Σ₂₀ p v ÷ Σ₂₀ v) − 1, p = (h + l + c) ÷ 3", warmUp: 20
            ) {
                WindowShare(
                    20, of: { ($0.typicalPrice * $0.candle.volume, $0.candle.volume) },
                    { price, reading in reading.candle.close / price - 1 })
            },
            dollarVolume,
            .bars(
                "price_volume_correlation_21", .volume, "how volume goes with returns, -1 to 1",
                "corr₂₁(r, v)",
                warmUp: 22
            ) {
                OfIndicator(
                    Correlation(period: 21), of: { $0.hasBefore ? Pair($0.logMove, $0.candle.volume) : nil },
                    { correlation, _ in correlation })
            },
        ]
    }
}
