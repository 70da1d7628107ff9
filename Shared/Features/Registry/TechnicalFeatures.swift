import Glibc
import Indicators

extension FeatureRegistry {
    private static func averageDistance(_ period: Int) -> Feature {
        .bars(
            "sma_distance_\(period)", .technical, "close beside its mean of \(period) bars",
            "c ÷ mean\(subscripted(period))(c) − 1", warmUp: period
        ) { OfIndicator(SMA(period: period)) { mean, reading in reading.candle.close / mean - 1 } }
    }

    static var technical: [Feature] {
        [
            averageDistance(20), averageDistance(50), averageDistance(200),
            .bars("rsi_14", .technical, "relative strength index, 0 to 1", "rsi(14) ÷ 100", warmUp: 15) {
                OfIndicator(RSI(period: 14)) { index, _ in index / 100 }
            },
            .bars(
                "macd_histogram", .technical, "distance of MACD from its signal in parts of the close",
                "histogram of macd(12, 26, 9) ÷ c", warmUp: 34
            ) { OfIndicator(standardMACD) { macd, reading in macd.histogram / reading.candle.close } },
            .bars(
                "bollinger_position_20", .technical,
                "close between the bands: 0 at the lower, 1 at the upper",
                "position of bollinger_position(20, 2)", warmUp: 20
            ) { OfIndicator(BollingerPosition(period: 20, factor: 2)) { bands, _ in bands.position } },
            .bars(
                "bollinger_width_20", .technical, "distance of the bands in parts of their middle",
                "width of bollinger_position(20, 2)", warmUp: 20
            ) { OfIndicator(BollingerPosition(period: 20, factor: 2)) { bands, _ in bands.width } },
            .bars(
                "stochastic_14", .technical, "close within the range of 14 bars, 0 to 1",
                "(c − min₁₄(l)) ÷ (max₁₄(h) − min₁₄(l))", warmUp: 14
            ) { OfIndicator(Stochastic(period: 14, smoothing: 1, signal: 1)) { place, _ in place.k / 100 } },
            .bars(
                "cci_20", .technical, "commodity channel index in hundreds", "cci(20) ÷ 100", warmUp: 20
            ) { OfIndicator(CCI(period: 20)) { index, _ in index / 100 } },
            .bars("adx_14", .technical, "strength of the trend, 0 to 1", "adx(14) ÷ 100", warmUp: 28) {
                OfIndicator(ADX(period: 14)) { index, _ in index.adx / 100 }
            },
            .bars(
                "di_difference_14", .technical, "upward less downward movement",
                "(plus_di − minus_di of di(14)) ÷ 100",
                warmUp: 15
            ) {
                OfIndicator(DirectionalMovement(period: 14)) { sides, _ in (sides.plus - sides.minus) / 100 }
            },
            .bars(
                "aroon_25", .technical, "age of the lowest low less that of the highest high",
                "(up − down of aroon(25)) ÷ 100", warmUp: 26
            ) { OfIndicator(Aroon(period: 25)) { ages, _ in (ages.up - ages.down) / 100 } },
            .bars(
                "trend_slope_20", .technical, "growth a bar of the line through 20 logarithmic closes",
                "slope of linreg(20) of ln c", warmUp: 20
            ) {
                OfIndicator(LinearRegression(period: 20), of: { log($0.candle.close) }) { line, _ in
                    line.slope
                }
            },
            .bars(
                "trend_fit_20", .technical, "how straight that line is, 0 to 1",
                "r_squared of linreg(20) of ln c",
                warmUp: 20
            ) {
                OfIndicator(LinearRegression(period: 20), of: { log($0.candle.close) }) { line, _ in
                    line.explained
                }
            },
        ]
    }

    private static var standardMACD: MACD {
        do { return try MACD(fast: 12, slow: 26, signal: 9) } catch {
            preconditionFailure("12 is less than 26: \(error)")
        }
    }

    /// The number in small digits below the line.
    static func subscripted(_ number: Int) -> String {
        String(
            String.UnicodeScalarView(
                "\(number)".unicodeScalars.map { Unicode.Scalar($0.value - 48 + 0x2080) ?? $0 }))
    }
}
