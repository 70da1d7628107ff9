import Indicators

extension FeatureRegistry {
    private static let year = 252.0

    private static func realised(_ period: Int) -> Feature {
        .bars(
            "volatility_\(period)", .volatility, "volatility of \(period) returns, of a year",
            "sd\(subscripted(period))(r) · √252", warmUp: period + 1
        ) { OfIndicator(RealisedVolatility(period: period, periods: year)) { volatility, _ in volatility } }
    }

    static var monthVolatility: Feature { realised(21) }

    static var volatility: [Feature] {
        [
            monthVolatility, realised(63),
            .bars(
                "volatility_ratio_5_63", .volatility, "how restless a week was beside a quarter",
                "sd₅(r) ÷ sd₆₃(r)",
                warmUp: 64
            ) { DeviationRatio(short: 5, long: 63) },
            .bars(
                "parkinson_21", .volatility, "volatility from highs and lows, of a year",
                "parkinson(21, 252)", warmUp: 21
            ) { OfIndicator(Parkinson(period: 21, periods: year)) { volatility, _ in volatility } },
            .bars(
                "garman_klass_21", .volatility, "volatility from all four prices, of a year",
                "garman_klass(21, 252)",
                warmUp: 21
            ) { OfIndicator(GarmanKlass(period: 21, periods: year)) { volatility, _ in volatility } },
            .bars(
                "rogers_satchell_21", .volatility, "the same whatever the trend", "rogers_satchell(21, 252)",
                warmUp: 21
            ) { OfIndicator(RogersSatchell(period: 21, periods: year)) { volatility, _ in volatility } },
            .bars(
                "yang_zhang_21", .volatility, "the same with the gaps between bars", "yang_zhang(21, 252)",
                warmUp: 22
            ) { OfIndicator(YangZhang(period: 21, periods: year)) { volatility, _ in volatility } },
            .bars(
                "natr_14", .volatility, "average true range in parts of the close", "natr(14) ÷ 100",
                warmUp: 15
            ) {
                OfIndicator(NATR(period: 14)) { range, _ in range / 100 }
            },
            .bars(
                "range_ratio_14", .volatility, "true range beside its average", "true_range ÷ atr(14)",
                warmUp: 15
            ) {
                RangeRatio(period: 14)
            },
            .bars(
                "downside_volatility_63", .volatility, "volatility of falling bars alone, of a year",
                "√(mean₆₃(min(r, 0)²) · 252)", warmUp: 64
            ) {
                WindowMean(
                    63, of: { reading in reading.knownLogMove.map { $0 < 0 ? $0 * $0 : 0 } },
                    { mean, _ in (max(0, mean) * year).squareRoot() })
            },
            .bars(
                "skew_63", .volatility, "which side the large returns are on", "m₃ ÷ m₂^1.5 of 63 r",
                warmUp: 64
            ) {
                Shape(.skew, bars: 63)
            },
            .bars(
                "kurtosis_63", .volatility, "how large the large returns are", "m₄ ÷ m₂² − 3 of 63 r",
                warmUp: 64
            ) {
                Shape(.excessKurtosis, bars: 63)
            },
        ]
    }
}
