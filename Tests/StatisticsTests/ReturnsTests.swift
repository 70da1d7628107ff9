import Domain
import Statistics
import Testing

struct ReturnsTests {
    private static let metrics: [(name: String, of: @Sendable (Returns) -> Double?)] = [
        ("total return", \.totalReturn), ("annual return", \.annualReturn), ("volatility", \.volatility),
        ("sharpe", { $0.sharpe() }), ("sortino", { $0.sortino() }), ("calmar", \.calmar),
        ("omega", { $0.omega() }),
        ("maximum drawdown", \.maximumDrawdown), ("ulcer", \.ulcerIndex), ("skew", \.skew),
        ("kurtosis", \.kurtosis),
        ("tail ratio", \.tailRatio), ("historical", { $0.valueAtRisk(0.05, .historical) }),
        ("gaussian", { $0.valueAtRisk(0.05, .gaussian) }),
        ("cornish-fisher", { $0.conditionalValueAtRisk(0.05, .cornishFisher) }),
        ("profit factor", { try? Outcomes($0.values).profitFactor }),
        ("win rate", { try? Outcomes($0.values).winRate }),
        ("beta", { try? Comparison($0, to: $0).beta }),
        ("information", { try? Comparison($0, to: $0).informationRatio }),
        ("interval", { Bootstrap(samples: 20).interval(of: $0) { $0.sharpe() }?.low }),
    ]

    @Test(
        "what returns do not define is nothing, and nothing is ever NaN or infinite",
        arguments: [
            (
                [],
                "total return, annual return, volatility, sharpe, sortino, calmar, omega, maximum drawdown, ulcer, skew, "
                    + "kurtosis, tail ratio, historical, gaussian, cornish-fisher, profit factor, win rate, beta, information, "
                    + "interval"
            ),
            (
                [0.1],
                "volatility, sharpe, sortino, calmar, omega, ulcer, skew, kurtosis, gaussian, cornish-fisher, "
                    + "profit factor, beta, information, interval"
            ),
            (
                [0.1, 0.1, 0.1, 0.1, 0.1],
                "sharpe, sortino, calmar, omega, skew, kurtosis, cornish-fisher, profit factor, beta, information, interval"
            ),
            (
                [0, 0, 0, 0, 0],
                "sharpe, sortino, calmar, omega, skew, kurtosis, tail ratio, cornish-fisher, profit factor, win rate, beta, "
                    + "information, interval"
            ),
            ([-0.1, -0.2, -0.1, -0.3, -0.05], "information"),
            ([-0.5, -1, 0.5, -1, 0.25], "information"),
        ] as [([Double], String)])
    func degenerate(values: [Double], nothing: String) throws {
        let returns = try Returns(values)
        let found = Self.metrics.map { (name: $0.name, value: $0.of(returns)) }
        #expect(found.filter { $0.value == nil }.map(\.name).joined(separator: ", ") == nothing)
        #expect(found.allSatisfy { $0.value?.isFinite ?? true })
    }

    @Test("metrics of so many returns are what their formulas give", arguments: 2...70)
    func formulas(count: Int) throws {
        let values = (0..<count).map { Double(($0 * 7919) % 41 - 20) / 500 }
        let returns = try Returns(values)
        let mean = values.reduce(0, +) / Double(count)
        let squares = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
        let cubes = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) * ($1 - mean) }
        let short = values.reduce(0) { $0 + min($1, 0) * min($1, 0) }
        let wealth = values.reduce(1) { $0 * (1 + $1) }
        func isNear(_ one: Double?, _ other: Double) -> Bool {
            one.map { abs($0 - other) <= 1e-12 * max(1, abs(other)) } ?? false
        }
        #expect(isNear(returns.mean, mean))
        #expect(isNear(returns.volatility, (squares / Double(count - 1) * 252).squareRoot()))
        #expect(isNear(returns.downsideDeviation(), (short / Double(count) * 252).squareRoot()))
        #expect(isNear(returns.totalReturn, wealth - 1))
        if count >= 3 {
            let n = Double(count)
            let skew = cubes / n / (squares / n * (squares / n).squareRoot())
            #expect(isNear(returns.skew, skew * (n * (n - 1)).squareRoot() / (n - 2)))
        }
    }

    @Test("the first that is no return is named", arguments: 0..<11)
    func firstStrange(place: Int) throws {
        for strange in [Double.nan, -1.5, 2e9, .infinity] {
            var values = Array(repeating: 0.01, count: 11)
            values[place] = strange
            values[10] = strange
            let complaint = #expect(throws: ReturnsError.self) { try Returns(values) }
            #expect(try #require(complaint).description.hasPrefix("return \(place + 1) is "))
        }
        #expect(try Returns(Array(repeating: -1, count: 11)).count == 11)
    }

    @Test("what is no return is refused", arguments: [Double.nan, .infinity, -1.01])
    func refusal(value: Double) {
        #expect(throws: ReturnsError.self) { try Returns([0.1, value]) }
        #expect(throws: ReturnsError.self) { try Returns(ofEquity: [1, value]) }
    }

    @Test("drawdowns are cut where the mark is reached again, the last may go on")
    func drawdowns() throws {
        let returns = try Returns([-0.5, 1, 0.5, -0.25, -0.5, 0.25, 2, -0.125])
        #expect(
            returns.drawdowns == [
                Drawdown(first: 0, valley: 0, last: 0, depth: -0.5, isOver: true),
                Drawdown(first: 3, valley: 4, last: 5, depth: -0.625, isOver: true),
                Drawdown(first: 7, valley: 7, last: 7, depth: -0.125, isOver: false),
            ])
        #expect(returns.topDrawdowns(2).map(\.depth) == [-0.625, -0.5])
        #expect(returns.longestDrawdown == 3)
        #expect(returns.timeUnderWater == 0.625)
    }

    @Test("quantiles of the normal distribution are right to fourteen digits")
    func normal() {
        for (part, right) in [
            (1e-10, -6.361340902404056), (0.001, -3.090232306167814), (0.05, -1.644853626951473), (0.5, 0),
            (0.975, 1.959963984540054),
        ] {
            #expect((NormalDistribution.quantile(part) - right).magnitude <= 1e-14 * max(1, right.magnitude))
        }
    }

    @Test("exposure and turnover are of what was held and traded")
    func activity() throws {
        let activity = try Activity(
            equity: [100, 100, 200, 200], held: [50, 0, -100, 0], traded: [50, 50, 100, 100],
            periodsPerYear: 8)
        #expect(activity.exposure == 0.5)
        #expect(activity.meanExposure == 0.25)
        #expect(activity.turnover == 2)
        #expect(try Activity(equity: [], held: [], traded: []).turnover == nil)
    }
}
