import Parameters
import Testing

@testable import Allocation

@Suite struct MethodTests {
    private static let names = AllocationRegistry.methods.map { $0.name }

    private func answer(
        _ name: String, _ question: AllocationQuestion, _ given: [String: String] = [:]
    ) throws -> AllocationAnswer {
        let type = try #require(AllocationRegistry.method(named: name))
        let pairs = given.filter { key, _ in type.parameters.contains { $0.name == key } }
            .map { (name: $0.key, text: $0.value) }
        return try type.init(Arguments(type.parameters, given: pairs, of: name)).answer(question)
    }

    @Test(
        "every method can be made with its defaults, is named once, and says what it does", arguments: names)
    func registered(name: String) throws {
        let type = try #require(AllocationRegistry.method(named: name))
        #expect(MethodTests.names.count { $0 == name } == 1)
        let method = try type.init(Arguments(type.parameters, of: name))
        #expect(method.needs.daysLeast <= method.needs.days)
        #expect(!type.summary.isEmpty && !type.formula.isEmpty && !type.assumption.isEmpty)
        #expect(type.parameters.allSatisfy { (try? $0.argument("\($0.fallback)")) == $0.fallback })
        #expect(Set(type.parameters.map(\.name)).count == type.parameters.count)
    }

    @Test(
        "shares are not below nothing, and those that spend what there is add up to 1", arguments: names,
        0..<6)
    func sums(name: String, seed: Int) throws {
        var chance = Chance(seed)
        let question = chance.question(120, 3 + 3 * seed)
        let shares = try answer(name, question).shares
        #expect(shares.count == question.count)
        #expect(shares.allSatisfy { $0 >= 0 && $0.isFinite })
        let spends = [
            "risk-parity", "min-variance", "max-sharpe", "mean-variance", "hrp", "black-litterman",
            "min-cvar",
        ]
        let sum = shares.reduce(0, +)
        if spends.contains(name) { #expect(abs(sum - 1) < 1e-9) }
        if name == "kelly" { #expect(sum < 1 + 1e-9) }
    }

    @Test("the order of the instruments changes nothing but the order of the shares", arguments: names, 0..<4)
    func order(name: String, seed: Int) throws {
        var chance = Chance(seed + 50)
        let count = 9
        let question = chance.question(150, count)
        let places = Array(0..<count).shuffled(using: &chance)
        var other = AllocationQuestion(places.map { question.wishes[$0] })
        var returns = Matrix(rows: 150, columns: count)
        for row in 0..<150 {
            for column in 0..<count { returns[row, column] = question.returns[row, places[column]] }
        }
        other.returns = returns
        // Reading the leaves of a tree from left to right is a choice of sides, and sides are told apart by numbers.
        let given = name == "hrp" ? ["linkage": "ward"] : [:]
        let one = try answer(name, question, given).shares
        let two = try answer(name, other, given).shares
        for (place, share) in zip(places, two) where name != "hrp" { #expect(abs(one[place] - share) < 1e-8) }
        let sum = two.reduce(0, +)
        if name == "hrp" { #expect(abs(sum - 1) < 1e-12) }
    }

    @Test("the same question has the same answer to the last bit", arguments: names)
    func repeats(name: String) throws {
        var chance = Chance(3)
        let question = chance.question(200, 12)
        #expect(try answer(name, question) == answer(name, question))
    }

    @Test(
        "limits are kept",
        arguments: ["min-variance", "max-sharpe", "mean-variance", "black-litterman", "min-cvar", "kelly"],
        0..<5)
    func limits(name: String, seed: Int) throws {
        var chance = Chance(seed + 20)
        let question = chance.question(200, 12)
        let given = [
            "weight_min": "0.01", "weight_max": "0.15", "sector_max": "0.4", "turnover_max": "0.5",
            "fraction": "1", "expected": "capm",
        ]
        let shares = try answer(name, question, given).shares
        #expect(shares.allSatisfy { $0 > 0.00999999 && $0 < 0.15000001 })
        for sector in 0..<3 {
            var own = 0.0
            for (wish, share) in zip(question.wishes, shares) where wish.sector == sector { own += share }
            #expect(own < 0.4 + 1e-9)
        }
        var turnover = 0.0
        for (wish, share) in zip(question.wishes, shares) { turnover += (share - wish.held).magnitude }
        #expect(turnover < 0.5 + 1e-9)
    }

    @Test("where the largest shares do not add up to 1, the rest stays in cash")
    func cash() throws {
        var chance = Chance(8)
        let question = chance.question(100, 3)
        let shares = try answer("min-variance", question, ["weight_max": "0.2"]).shares
        #expect(shares.allSatisfy { abs($0 - 0.2) < 1e-12 })
        let sectors = try answer("min-variance", question, ["sector_max": "0.25"]).shares
        #expect(sectors.allSatisfy { abs($0 - 0.25) < 1e-12 })
    }

    @Test("what cannot be answered is said in a sentence")
    func failures() throws {
        var chance = Chance(4)
        let short = chance.question(20, 30)
        func failure(_ name: String, _ question: AllocationQuestion, _ given: [String: String] = [:])
            -> AllocationFailure?
        {
            do {
                _ = try answer(name, question, given)
                return nil
            } catch let failure as AllocationFailure {
                return failure
            } catch {
                return nil
            }
        }
        let sentence = failure("min-variance", short)?.description
        #expect(
            sentence == """
                20 days do not tell 30 instruments apart (the covariance is singular): more history, or \
                covariance=ledoit-wolf, would be right
                """)
        #expect(failure("min-variance", short, ["covariance": "ledoit-wolf"]) == nil)
        #expect(failure("hrp", short) == nil, "it inverts nothing")
        let long = chance.question(100, 4)
        #expect(failure("mean-variance", long, ["aim": "return", "target_return": "9"])?.kind == .infeasible)
        #expect(
            failure("mean-variance", long, ["aim": "risk", "target_volatility": "0.001"])?.kind == .infeasible
        )
        #expect(failure("min-cvar", long, ["weight_min": "0.4"])?.kind == .infeasible)
        let down = AllocationQuestion(long.wishes, returns: scaled(long.returns, by: -1))
        #expect(failure("max-sharpe", down)?.kind == .hopeless)
        var still = chance.question(100, 2)
        for row in 0..<100 { still.returns[row, 1] = 0 }
        #expect(failure("hrp", still)?.kind == .singular)
        #expect(failure("risk-parity", still)?.kind == .singular)
    }

    @Test("arguments that contradict each other are refused")
    func arguments() {
        let error = #expect(throws: ParameterError.self) {
            try MinimumVariance(
                Arguments(
                    MinimumVariance.parameters, given: [("weight_min", "0.5"), ("weight_max", "0.2")], of: "x"
                ))
        }
        #expect(error?.description.contains("weight_min must be no more than weight_max") == true)
        #expect(throws: ParameterError.self) {
            try RiskParity(Arguments(RiskParity.parameters, given: [("history", "30")], of: "x"))
        }
    }

    @Test("a signal that is surer tilts further, and one that says what is expected anyway tilts nothing")
    func views() throws {
        var chance = Chance(11)
        var question = chance.question(250, 4)
        for place in 0..<4 { question.wishes[place].strength = 0.01 }
        question.wishes[0].strength = 1
        var last = 0.0
        for confidence in [0.1, 0.4, 0.9] {
            question.wishes[0].confidence = confidence
            let answer = try answer("black-litterman", question, ["view": "1"])
            let expected = try #require(answer.expected)
            #expect(expected[0] > last)
            last = expected[0]
        }
        let covariance = chance.covariance(3)
        let prior = [0.05, 0.07, 0.06]
        let views = [Posterior.View(mix: [(1, 1)], earns: 0.07, confidence: 0.5)]
        let posterior = try #require(Posterior(covariance, prior: prior, views: views, tau: 0.05))
        for (one, other) in zip(posterior.returns, prior) { #expect(abs(one - other) < 1e-15) }
        let sure = [Posterior.View(mix: [(0, 1), (1, -1)], earns: 0.1, confidence: 1)]
        let certain = try #require(Posterior(covariance, prior: prior, views: sure, tau: 0.05))
        let apart = certain.returns[0] - certain.returns[1]
        #expect(abs(apart - 0.1) < 1e-12, "a certain view comes true")
    }

    @Test("a view of each instrument comes to the same as the same views as mixes", arguments: [1, 5, 40])
    func viewsOfEach(count: Int) throws {
        var chance = Chance(count)
        let covariance = chance.covariance(count)
        let prior = (0..<count).map { _ in chance.number(-0.1...0.1) }
        let views = (0..<count).map { place in
            Posterior.View(
                mix: [(place, 1)], earns: chance.number(-0.2...0.2), confidence: chance.number(0.05...1))
        }
        let halves = views.map { view in
            Posterior.View(
                mix: view.mix + view.mix, earns: 2 * view.earns, confidence: view.confidence)
        }
        let one = try #require(Posterior(covariance, prior: prior, views: views, tau: 0.05))
        let other = try #require(Posterior(covariance, prior: prior, views: halves, tau: 0.05))
        for (one, other) in zip(one.returns, other.returns) { #expect(abs(one - other) < 1e-12) }
        for place in 0..<count {
            for (one, other) in zip(one.covariance.row(place), other.covariance.row(place)) {
                #expect(abs(one - other) < 1e-12 * covariance[place, place] * 10)
            }
        }
    }

    @Test("two instruments of a known covariance get the shares of the textbook")
    func textbook() throws {
        // Variances 4 and 1, covariance 0.5: least variance at (1 - 0.5) / (4 + 1 - 2 · 0.5) = 1/8 of the first.
        let covariance = Matrix(rows: 2, columns: 2, [4, 0.5, 0.5, 1])
        let none = [0.0, 0.0]
        let least = try Frontier(covariance, none, WeightLimits(count: 2)).weights(tilt: 0)
        #expect(abs(least[0] - 0.125) < 1e-15)
        // Equal parts of risk of two are in inverse proportion to their deviations.
        let (third, even) = (1.0 / 3, try EqualRisk.weights(covariance)[0])
        #expect(abs(even - third) < 1e-12)
        let halved = HierarchicalParity.weights(covariance, .single)[0]
        #expect(abs(halved - 0.2) < 1e-15)
        // Kelly without limits is Σ⁻¹ μ.
        var free = WeightLimits(count: 2)
        (free.each, free.sum) = ([0...10, 0...10], 0...10)
        let kelly = try Frontier(covariance, [0.4, 0.2], free).weights(tilt: 1)
        let first: Double = 0.3 / 3.75
        #expect(abs(kelly[0] - first) < 1e-15)
    }
}
