import Testing

@testable import Portfolio

@Suite struct TargetWeightTests {
    private func weights(
        _ rule: AllocationRule, _ wishes: [TargetWeights.Wish], reserve: Double = 0, positionsMax: Int = .max
    ) throws -> [Int: Double] {
        var settings = AllocationSettings()
        settings.rule = rule
        settings.cashReserve = reserve
        settings.positionsMax = positionsMax
        let weights = try TargetWeights.weights(wishes, settings)
        return Dictionary(uniqueKeysWithValues: weights.map { ($0.instrument, $0.weight) })
    }

    private let wishes = [
        TargetWeights.Wish(instrument: 0, strength: 1, confidence: 0.5, volatility: 0.2),
        TargetWeights.Wish(instrument: 2, strength: -0.5, confidence: 0.5, volatility: 0.1),
        TargetWeights.Wish(instrument: 3, strength: 0, volatility: 0.1),
        TargetWeights.Wish(instrument: 7, strength: 0.25, confidence: 1, volatility: 0.4),
    ]

    @Test("equal weight gives every signal in force the same share, with its sign")
    func equal() throws {
        let third = 1.0 / 3
        let right: [Int: Double] = [0: third, 2: -third, 7: third]
        #expect(try weights(.equalWeight, wishes) == right)
    }

    @Test("signal weight follows strength × confidence")
    func signal() throws {
        #expect(try weights(.signalWeighted, wishes) == [0: 0.5, 2: -0.25, 7: 0.25])
    }

    @Test("inverse volatility gives half the volatility twice the share")
    func inverse() throws {
        let found = try weights(.inverseVolatility, wishes)
        #expect(abs(found[0, default: 0] - 5 / 17.5) < 1e-12)
        #expect(abs(found[2, default: 0] + 10 / 17.5) < 1e-12)
        #expect(abs(found[7, default: 0] - 2.5 / 17.5) < 1e-12)
    }

    @Test("a volatility target scales down what swings more, and never borrows")
    func target() throws {
        let wild = TargetWeights.Wish(instrument: 1, strength: 1, volatility: 0.8)
        let rule = try AllocationRule("volatility-targeted", given: [("target", "0.1")])
        let found = try weights(rule, [wishes[0], wild])
        #expect(found == [0: 0.25, 1: 0.0625])
        let calm = TargetWeights.Wish(instrument: 1, strength: 1, volatility: 0.01)
        #expect(try weights(rule, [calm]) == [1: 1])
    }

    @Test("without a known volatility there is no weight by volatility")
    func unknown() throws {
        let unknown = TargetWeights.Wish(instrument: 1, strength: 1)
        #expect(try weights(.inverseVolatility, [unknown]).isEmpty)
        #expect(try weights(.equalWeight, [unknown]) == [1: 1])
    }

    @Test("the reserve stays out, and the strongest signals win the places")
    func limits() throws {
        let third = 1.0 / 3 * 0.8
        for (instrument, weight) in try weights(.equalWeight, wishes, reserve: 0.2) {
            #expect(abs(abs(weight) - third) < 1e-12, "instrument \(instrument)")
        }
        // 2 and 7 are equally convinced: the first one wins.
        #expect(try weights(.equalWeight, wishes, positionsMax: 2) == [0: 0.5, 2: -0.5])
    }
}
