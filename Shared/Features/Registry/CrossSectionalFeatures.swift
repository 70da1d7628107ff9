extension FeatureRegistry {
    private static let year = 252.0

    static var crossSectional: [Feature] {
        [
            .among(
                change(63), .lessMarket, "relative_strength_63",
                "return over 63 bars beyond that of the universe",
                "return_63 − its mean over all symbols"),
            .among(
                change(63), .lessSector, "sector_strength_63",
                "return over 63 bars beyond that of the sector",
                "return_63 − its mean over the sector"),
            .among(
                change(21), .zscore, "return_zscore_21", "return over 21 bars in deviations of the universe",
                "(return_21 − mean) ÷ deviation over all symbols"),
            .among(
                change(21), .rank, "rank_return_21",
                "place of the return over 21 bars in the universe, 0 to 1",
                "rank of return_21"),
            .among(
                momentum, .rank, "rank_momentum",
                "place of the return over 252 bars less 21 in the universe, 0 to 1",
                "rank of momentum_252_21"),
            .among(
                monthVolatility, .rank, "rank_volatility_21",
                "place of the volatility in the universe, 0 to 1",
                "rank of volatility_21"),
            .among(
                dollarVolume, .rank, "rank_dollar_volume_21",
                "place of what is traded in the universe, 0 to 1",
                "rank of dollar_volume_21"),
            .beside(
                .market, "market_beta_63", "how much returns move with those of the universe",
                "cov₆₃(return_1, m) ÷ var₆₃(m), m the mean of return_1 over all symbols", warmUp: 64
            ) { BesideCompany(.beta, bars: 63) },
            .beside(
                .market, "market_correlation_63",
                "how closely returns go with those of the universe, -1 to 1",
                "corr₆₃(return_1, m)", warmUp: 64
            ) { BesideCompany(.correlation, bars: 63) },
            .beside(
                .market, "own_volatility_63", "volatility that the universe does not explain, of a year",
                "√((var₆₃(return_1) − cov₆₃(return_1, m)² ÷ var₆₃(m)) · 252)", warmUp: 64
            ) { BesideCompany(.ownVolatility(periods: year), bars: 63) },
            .beside(
                .sector, "sector_correlation_63",
                "how closely returns go with those of the others of the sector, -1 to 1",
                "corr₆₃(return_1, mean of return_1 over the others of the sector)", warmUp: 64
            ) { BesideCompany(.correlation, bars: 63) },
        ]
    }
}
