import Features
import Indicators
import Testing

/// What every feature of the registry promises.
struct FeatureTests {
    @Test("bar by bar and over columns every feature is the same, bit for bit")
    func sameBothWays() {
        var random = SplitMix64(for: "sameBothWays")
        let market = Market(symbols: 7, instants: 700, &random)
        let columns = FeatureColumns(
            .all, candles: market.candles, quotes: market.quotes, sectors: market.sectors)
        var known = Array(repeating: 0, count: FeatureSet.all.features.count)
        market.play { instant, section in
            for (place, feature) in section.set.features.enumerated() {
                for symbol in market.sectors.indices {
                    let number = section[feature: place, symbol: symbol]
                    let column = columns[feature: place, symbol: symbol][instant]
                    if number != nil { known[place] += 1 }
                    guard number?.bitPattern == column?.bitPattern, number?.isFinite ?? true,
                        number == nil || market.candles[symbol][instant] != nil
                    else {
                        Issue.record(
                            "\(feature.name), symbol \(symbol), instant \(instant): \(number as Any), \(column as Any)"
                        )
                        return
                    }
                }
            }
        }
        for (feature, known) in zip(FeatureSet.all.features, known) {
            #expect(known > 1000, "\(feature.name) had \(known) values")
        }
    }

    @Test("a feature has its first value at the bar that it promises, and one at each bar from there on")
    func warmUp() {
        var random = SplitMix64(for: "warmUp")
        let market = Market(symbols: 6, instants: 300, gaps: false, &random)
        let columns = FeatureColumns(
            .all, candles: market.candles, quotes: market.quotes, sectors: market.sectors)
        for (place, feature) in FeatureSet.all.features.enumerated() {
            for symbol in market.sectors.indices {
                let column = columns[feature: place, symbol: symbol]
                let first = column.firstIndex { $0 != nil }.map { $0 + 1 }
                #expect(first == feature.warmUp, "\(feature.name)")
                #expect(column.dropFirst(feature.warmUp).allSatisfy { $0 != nil }, "\(feature.name)")
            }
        }
    }

    @Test("what is no bar changes nothing, and no number that is not finite comes out")
    func refusal() {
        var random = SplitMix64(for: "refusal")
        let market = Market(symbols: 4, instants: 330, gaps: false, &random)
        let bad = [
            Candle(open: .nan, high: 1, low: 1, close: 1), Candle(open: 1, high: .infinity, low: 1, close: 1),
            Candle(open: 1, high: 1, low: -1, close: 1), Candle(open: 1, high: 1, low: 1, close: 0),
            Candle(open: 1, high: 1, low: 2, close: 1),
            Candle(open: 1, high: 1, low: 1, close: 1, volume: -1),
            Candle(open: 1, high: 1e300, low: 1, close: 1),
            Candle(open: 1, high: 1, low: 1, close: 1, volume: .nan),
        ]
        var clean = CrossSection(.all, sectors: market.sectors)
        var damaged = clean
        for instant in 0..<330 {
            let candles = market.candles.map { $0[instant] }
            if instant % 3 == 1 {
                damaged.update(candles.map { _ in bad[instant % bad.count] })
                #expect(market.sectors.indices.allSatisfy { damaged.row(of: $0).allSatisfy { $0 == nil } })
            }
            damaged.take(QuoteSummary(bid: 2, ask: 1, bidSize: 1, askSize: 1), of: 0)
            damaged.take(QuoteSummary(bid: .nan, ask: 1, bidSize: 1, askSize: 1), of: 1)
            clean.update(candles)
            damaged.update(candles)
            #expect(market.sectors.indices.allSatisfy { clean.row(of: $0) == damaged.row(of: $0) })
        }
    }

    @Test("prices and volumes at the edge of what is taken give finite numbers or none")
    func extremes() {
        var random = SplitMix64(for: "extremes")
        let sizes = [1e-100, 1e-9, 1, 1e50, 1e100]
        var section = CrossSection(.all, sectors: [0, 0, 1, 1])
        for _ in 0..<600 {
            section.update(
                (0..<4).map { _ in
                    let prices = [sizes.randomElement(using: &random)!, sizes.randomElement(using: &random)!]
                    return Candle(
                        open: prices[0], high: max(prices[0], prices[1]), low: min(prices[0], prices[1]),
                        close: prices[1], volume: sizes.randomElement(using: &random)!)
                })
            for symbol in 0..<4 {
                #expect(section.row(of: symbol).allSatisfy { $0?.isFinite ?? true })
            }
        }
    }

    @Test("a copy of a cross-section goes its own way")
    func copies() {
        var random = SplitMix64(for: "copies")
        let market = Market(symbols: 3, instants: 120, gaps: false, &random)
        var one = CrossSection(.all, sectors: market.sectors)
        for instant in 0..<100 { one.update(market.candles.map { $0[instant] }) }
        var two = one
        for instant in 100..<110 { two.update(market.candles.map { $0[instant] }) }
        for instant in 110..<120 { one.update(market.candles.map { $0[instant] }) }
        var three = CrossSection(.all, sectors: market.sectors)
        for instant in Array(0..<100) + Array(110..<120) { three.update(market.candles.map { $0[instant] }) }
        #expect((0..<3).allSatisfy { one.row(of: $0) == three.row(of: $0) })
        #expect((0..<3).contains { one.row(of: $0) != two.row(of: $0) })
    }

    @Test("a feature is the same alone as among all others")
    func alone() throws {
        var random = SplitMix64(for: "alone")
        let market = Market(symbols: 5, instants: 300, &random)
        let all = FeatureColumns(
            .all, candles: market.candles, quotes: market.quotes, sectors: market.sectors)
        for (place, feature) in FeatureSet.all.features.enumerated() {
            let alone = FeatureColumns(
                try FeatureSet([feature.name]), candles: market.candles, quotes: market.quotes,
                sectors: market.sectors)
            #expect(
                market.sectors.indices.allSatisfy {
                    alone[feature: 0, symbol: $0] == all[feature: place, symbol: $0]
                }, "\(feature.name)")
        }
    }
}
