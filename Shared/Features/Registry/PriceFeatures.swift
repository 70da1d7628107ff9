import Indicators

extension FeatureRegistry {
    static func change(_ bars: Int) -> Feature {
        .bars(
            "return_\(bars)", .price, bars == 1 ? "return of the bar" : "return over \(bars) bars",
            "c ÷ c[\(bars)] − 1", warmUp: bars + 1
        ) { Change(bars: bars) }
    }

    static var momentum: Feature {
        .bars(
            "momentum_252_21", .price, "return over 252 bars, the last 21 left out", "c[21] ÷ c[252] − 1",
            warmUp: 253
        ) { Change(bars: 252, skipping: 21) }
    }

    static var price: [Feature] {
        [
            change(1), change(5), change(21), change(63), momentum,
            .bars("gap", .price, "open beside the close before", "o ÷ c[1] − 1", warmUp: 2) {
                OfBar { $0.hasBefore ? $0.candle.open / $0.before.close - 1 : nil }
            },
            .bars("intraday_return", .price, "return from open to close", "c ÷ o − 1", warmUp: 1) {
                OfBar { $0.candle.close / $0.candle.open - 1 }
            },
            .bars(
                "body", .price, "body of the candle in parts of its range",
                "(c − o) ÷ (h − l); nothing without range",
                warmUp: 1
            ) { OfBar { $0.range > 0 ? ($0.candle.close - $0.candle.open) / $0.range : nil } },
            .bars(
                "close_location", .price, "close within the range: 1 at the high, -1 at the low",
                "(2c − h − l) ÷ (h − l); nothing without range", warmUp: 1
            ) {
                OfBar {
                    $0.range > 0 ? (2 * $0.candle.close - $0.candle.high - $0.candle.low) / $0.range : nil
                }
            },
            .bars(
                "high_distance_252", .price, "close beside the highest high of 252 bars", "c ÷ max₂₅₂(h) − 1",
                warmUp: 252
            ) { HighDistance(bars: 252) },
            .bars(
                "low_distance_252", .price, "close beside the lowest low of 252 bars", "c ÷ min₂₅₂(l) − 1",
                warmUp: 252
            ) { LowDistance(bars: 252) },
        ]
    }
}
