import Features
import Indicators

/// An invented market of a few symbols: prices that wander with flat stretches, bars that are missing, quotes now and
/// then, and bars that are none.
struct Market {
    var candles: [[Candle?]] = []
    var quotes: [[QuoteSummary?]] = []
    var sectors: [Int] = []

    init(symbols: Int, instants: Int, gaps: Bool = true, _ random: inout SplitMix64) {
        for symbol in 0..<symbols {
            var price = 50.0
            var candles: [Candle?] = []
            var quotes: [QuoteSummary?] = []
            for instant in 0..<instants {
                let isFlat = gaps && (instant / 40 + symbol) % 9 == 4
                let open = isFlat ? price : price * (1 + Double.random(in: -0.005...0.005, using: &random))
                let close = isFlat ? price : open * (1 + Double.random(in: -0.02...0.02, using: &random))
                price = close
                let reach = isFlat ? 0 : Double.random(in: 0...0.01, using: &random)
                let volume = isFlat ? 0 : Double(Int.random(in: 100...100_000, using: &random))
                let candle = Candle(
                    open: open, high: max(open, close) * (1 + reach), low: min(open, close) * (1 - reach),
                    close: close, volume: volume)
                let isMissing = gaps && random.next() % 20 == 0
                candles.append(isMissing ? nil : candle)
                let isQuoted = !gaps || random.next() % 3 > 0
                quotes.append(isQuoted ? Market.quotes(around: close, &random) : nil)
            }
            self.candles.append(candles)
            self.quotes.append(quotes)
            sectors.append(symbol % 3)
        }
    }

    private static func quotes(around price: Double, _ random: inout SplitMix64) -> QuoteSummary {
        var summary = QuoteSummary()
        for _ in 0..<Int.random(in: 1...4, using: &random) {
            let half = price * Double.random(in: 0...0.002, using: &random)
            summary.add(
                QuoteSummary(
                    bid: price - half, ask: price + half, bidSize: Double.random(in: 0...900, using: &random),
                    askSize: Double.random(in: 1...900, using: &random)))
        }
        return summary
    }

    /// Every instant through a cross-section, which is looked at after each.
    func play(_ set: FeatureSet = .all, _ look: (Int, CrossSection) -> Void) {
        var section = CrossSection(set, sectors: sectors)
        for instant in candles[0].indices {
            for symbol in sectors.indices {
                if let quotes = quotes[symbol][instant] { section.take(quotes, of: symbol) }
                if let candle = candles[symbol][instant] { section.take(candle, of: symbol) }
            }
            section.close()
            look(instant, section)
        }
    }
}
