import Testing

@testable import Allocation

@Suite struct EstimateTests {
    private let returns = Matrix(rows: 4, columns: 2, [0.01, 0.02, -0.02, 0.01, 0.03, -0.01, 0.02, 0.02])

    @Test("the sample's covariance is that of the textbook, a year's")
    func sample() {
        let found = CovarianceEstimate.sample.matrix(returns)
        // Means 0.01 and 0.01.
        let variance: Double = 252 * 0.0014 / 3
        let together: Double = 252 * -0.0003 / 3
        #expect(abs(found[0, 0] - variance) < 1e-15)
        #expect(abs(found[0, 1] - together) < 1e-15)
        #expect(found[1, 0] == found[0, 1])
    }

    @Test("exponential weights halve where the span says so")
    func exponential() {
        // A span of 3 keeps a half of each day's weight: 1, 1/2, 1/4, 1/8 from the last.
        let found = CovarianceEstimate.exponential.matrix(returns, span: 3)
        let sum: Double = 0.0001 + 0.0004 / 2 + 0.0009 / 4
        let right = 252 * sum / 1.875
        #expect(abs(found[0, 0] - right) < 1e-15)
    }

    @Test(
        "shrinkage lies between nothing and all, is less with more days, and keeps the average variance",
        arguments: 0..<10)
    func shrinkage(seed: Int) {
        var chance = Chance(seed)
        let long = chance.returns(2000, 8)
        let short = Matrix(rows: 30, columns: 8, Array(long.numbers.prefix(240)))
        let (much, little) = (LedoitWolf(short), LedoitWolf(long))
        #expect((0.0...1.0).contains(little.shrinkage) && (0.0...1.0).contains(much.shrinkage))
        #expect(little.shrinkage < much.shrinkage)
        let sample = CovarianceEstimate.sample.matrix(short)
        let ratio = much.matrix.diagonal.reduce(0, +) / sample.diagonal.reduce(0, +)
        let right: Double = 29.0 / 30
        #expect(abs(ratio - right) < 1e-12)
        let few = Matrix(rows: 5, columns: 8, Array(long.numbers.prefix(40)))
        #expect(Cholesky(LedoitWolf(few).matrix) != nil)
    }

    @Test("expected returns are compounded over a year")
    func expected() {
        let steady = Matrix(rows: 252, columns: 1, Array(repeating: 0.001, count: 252))
        let year = 0.2864341  // 1.001 to the 252nd, less 1
        for estimate in [ExpectedReturns.mean, .exponential, .capm] {
            let found = estimate.vector(steady, riskFree: year)[0]
            #expect(abs(found - year) < 1e-6, "\(estimate)")
        }
        var chance = Chance(2)
        let market = chance.returns(300, 5)
        let capm = ExpectedReturns.capm.vector(market)
        let mean = (0..<300).map { market.row($0).reduce(0, +) / 5 }
        let whole = ExpectedReturns.mean.vector(Matrix(rows: 300, columns: 1, mean))[0]
        let average = capm.reduce(0, +) / 5
        #expect(abs(average - whole) < 1e-12, "betas average to 1")
    }

    @Test("the nearest are joined first, by each rule")
    func linkage() {
        // Points on a line at 0, 1, 4, 9: 0 and 1 join, then 4, then 9, whatever the rule.
        let points = [0.0, 1, 4, 9]
        var distances = Matrix(rows: 4, columns: 4)
        for i in 0..<4 { for j in 0..<4 { distances[i, j] = abs(points[i] - points[j]) } }
        for rule in LinkageRule.allCases {
            let tree = Linkage(distances, rule)
            #expect(tree.joins.map(\.first) == [0, 2, 3], "\(rule)")
            #expect(tree.joins.map(\.second) == [1, 4, 5], "\(rule)")
            #expect(tree.order == [3, 2, 0, 1], "\(rule)")
        }
        #expect(Linkage(Matrix(rows: 1, columns: 1), .single).order == [0])
        // Two pairs: single joins at 2, complete at 4, so a fifth at distance 3 of one pair goes elsewhere.
        let row = [0.0, 1, 3.1, 5.2, 6.2]
        var five = Matrix(rows: 5, columns: 5)
        for i in 0..<5 { for j in 0..<5 { five[i, j] = abs(row[i] - row[j]) } }
        #expect(Linkage(five, .single).joins.count == 4)
        #expect(Set(Linkage(five, .ward).order) == Set(0..<5))
    }
}
