import Indicators

extension FeatureRegistry {
    static var microstructure: [Feature] {
        [
            .bars(
                "amihud_21", .microstructure,
                "return that a million dollars make (Amihud); bars without volume left out",
                "10⁶ · mean₂₁(|c ÷ c[1] − 1| ÷ (c · v))", warmUp: 22
            ) {
                WindowMean(
                    21,
                    of: {
                        $0.hasBefore && $0.dollarVolume > 0
                            ? 1e6 * ($0.move.magnitude / $0.dollarVolume) : nil
                    })
            },
            .bars(
                "roll_spread_21", .microstructure, "spread seen in returns that come back (Roll)",
                "2 √max(0, −cov₂₁(r, r[1]))", warmUp: 23
            ) { Echo(.rollSpread, bars: 21) },
            .bars(
                "corwin_schultz_21", .microstructure, "spread seen in highs and lows (Corwin and Schultz)",
                "mean₂₁(max(0, 2 (e^α − 1) ÷ (1 + e^α))), α = (√(2β) − √β) ÷ k − √(γ ÷ k), k = 3 − 2√2, "
                    + "β = ln(h[1] ÷ l[1])² + ln(h ÷ l)², γ = ln(max(h[1], h) ÷ min(l[1], l))², h and l moved back by a gap",
                warmUp: 22
            ) { CorwinSchultz(bars: 21) },
            .bars(
                "abdi_ranaldo_21", .microstructure, "spread seen in closes beside middles (Abdi and Ranaldo)",
                "2 √max(0, mean₂₁((ln c[1] − η[1]) (ln c[1] − η))), η = (ln h + ln l) ÷ 2", warmUp: 22
            ) { AbdiRanaldo(bars: 21) },
            .bars(
                "price_impact_21", .microstructure,
                "return that signed dollars make (Kyle's lambda as Hasbrouck has it)",
                "10⁶ · cov₂₁(r, f) ÷ var₂₁(f), f = s √(c · v)", warmUp: 22
            ) { PriceImpact(bars: 21) },
            .bars(
                "tick_imbalance_21", .microstructure,
                "volume bought less volume sold by the tick rule, in parts of all",
                "Σ₂₁ s v ÷ Σ₂₁ v", warmUp: 22
            ) { TickImbalance(bars: 21) },
            .bars(
                "bulk_imbalance_21", .microstructure, "the same by bulk classification",
                "Σ₂₁ b ÷ Σ₂₁ v, b = v (2Φ(r ÷ σ) − 1), σ the deviation of the last 21 r", warmUp: 42
            ) { BulkImbalance(bars: 21, isSided: true) },
            .bars(
                "vpin_21", .microstructure, "how one-sided volume is whichever the side (VPIN, over bars)",
                "Σ₂₁ |b| ÷ Σ₂₁ v, b as in bulk_imbalance_21", warmUp: 42
            ) { BulkImbalance(bars: 21, isSided: false) },
            .bars(
                "zero_returns_21", .microstructure, "part of the bars that close where the one before did",
                "mean₂₁(c = c[1])", warmUp: 22
            ) { WindowMean(21, of: { $0.hasBefore ? ($0.candle.close == $0.before.close ? 1 : 0) : nil }) },
            .bars(
                "variance_ratio_5_63", .microstructure,
                "1 for a random walk, more for trends, less where prices come back",
                "var₆₃(ln(c ÷ c[5])) ÷ (5 var₆₃(r))", warmUp: 68
            ) { VarianceRatio(of: 5, over: 63) },
            .bars(
                "autocorrelation_21", .microstructure, "how a return goes with the one before, -1 to 1",
                "corr₂₁(r, r[1])", warmUp: 23
            ) { Echo(.correlation, bars: 21) },
            .quotes("quoted_spread", "mean spread of the bar's quotes", "mean of (ask − bid) ÷ mid") {
                _, quotes in
                quotes.meanSpread
            },
            .quotes(
                "quote_imbalance", "mean surplus of the bid's size in the bar's quotes",
                "mean of (bid size − ask size) ÷ (bid size + ask size); quotes without sizes left out"
            ) { _, quotes in quotes.meanImbalance },
            .quotes(
                "microprice_offset", "where the sizes of the last quote lean",
                "(bid · ask size + ask · bid size) ÷ (bid size + ask size) ÷ mid − 1"
            ) { _, quotes in quotes.microprice.map { $0 / quotes.mid - 1 } },
            .quotes(
                "effective_spread", "twice the distance of the close from the last quote's middle",
                "2 |c − mid| ÷ mid"
            ) {
                reading, quotes in 2 * (reading.candle.close - quotes.mid).magnitude / quotes.mid
            },
        ]
    }
}
