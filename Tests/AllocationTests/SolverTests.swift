import Testing

@testable import Allocation

@Suite struct SolverTests {
    private struct Problem {
        var chance: Chance
        var rows: Matrix
        var rowBounds: [ClosedRange<Double>]
        var bounds: [ClosedRange<Double>]

        /// Limits around a point that keeps them, some of them equal on both sides or open on one.
        init(_ seed: Int) {
            var chance = Chance(seed)
            let count = 1 + seed % 13
            let height = seed % 5
            let inside = (0..<count).map { _ in chance.number(-1...1) }
            let rows = chance.matrix(height, count)
            self.rows = rows
            bounds = []
            for number in inside {
                let kind = chance.number(0...1)
                bounds.append(
                    kind < 0.1
                        ? number...number
                        : (number - chance.number(0...1))...(number + (kind < 0.3 ? 0 : chance.number(0...2)))
                )
            }
            rowBounds = []
            for product in rows.times(inside) {
                switch chance.number(0...1) {
                case ..<0.3: rowBounds.append(product...product)
                case ..<0.6: rowBounds.append((-Double.infinity)...(product + chance.number(0...0.5)))
                default:
                    rowBounds.append((product - chance.number(0...0.5))...(product + chance.number(0...0.5)))
                }
            }
            self.chance = chance
        }

        func keeps(_ x: [Double]) -> Bool {
            zip(x, bounds).allSatisfy { $0 >= $1.lowerBound - 1e-9 && $0 <= $1.upperBound + 1e-9 }
                && zip(rows.times(x), rowBounds).allSatisfy {
                    $0 >= $1.lowerBound - 1e-7 && $0 <= $1.upperBound + 1e-7
                }
        }

        /// What the gradient has to be at an answer: held by rows and bounds that are met, from the right side.
        func isHeld(_ gradient: [Double], _ multipliers: [Double], at x: [Double]) -> Bool {
            var left = gradient
            let products = rows.times(x)
            for row in 0..<rows.rows {
                let multiplier = multipliers[row]
                if multiplier > 1e-7, products[row] > rowBounds[row].lowerBound + 1e-7 { return false }
                if multiplier < -1e-7, products[row] < rowBounds[row].upperBound - 1e-7 { return false }
                for place in left.indices { left[place] -= multiplier * rows[row, place] }
            }
            return left.indices.allSatisfy { place in
                (left[place] < 1e-6 || x[place] <= bounds[place].lowerBound + 1e-9)
                    && (left[place] > -1e-6 || x[place] >= bounds[place].upperBound - 1e-9)
            }
        }
    }

    @Test("the least of a linear program keeps its limits, and nothing pulls it further", arguments: 0..<400)
    func linear(seed: Int) throws {
        var problem = Problem(seed)
        let cost = problem.bounds.map { _ in problem.chance.number(-1...1) }
        let answer = try LinearProgram(
            cost: cost, rows: problem.rows, rowBounds: problem.rowBounds, bounds: problem.bounds
        ).solve()
        #expect(problem.keeps(answer.x))
        #expect(problem.isHeld(cost, answer.multipliers, at: answer.x))
        #expect(answer.free.count == answer.tight.count, "a corner is as free as it is held")
    }

    @Test(
        "the least of a quadratic program meets the conditions of Karush, Kuhn and Tucker", arguments: 0..<600
    )
    func quadratic(seed: Int) throws {
        var problem = Problem(seed)
        let count = problem.bounds.count
        let quadratic = problem.chance.covariance(count)
        let linear = (0..<count).map { _ in problem.chance.number(-0.1...0.1) }
        let program = QuadraticProgram(
            quadratic: quadratic, linear: linear, rows: problem.rows, rowBounds: problem.rowBounds,
            bounds: problem.bounds)
        let answer = try program.solve()
        #expect(problem.keeps(answer.x))
        let gradient = zip(quadratic.times(answer.x), linear).map { $0 - $1 }
        #expect(problem.isHeld(gradient, answer.multipliers, at: answer.x))
    }

    @Test("no point nearby that keeps the limits is better", arguments: 0..<100)
    func best(seed: Int) throws {
        var chance = Chance(seed)
        let count = 2 + seed % 20
        let covariance = chance.covariance(count)
        let expected = (0..<count).map { _ in chance.number(-0.1...0.3) }
        var limits = WeightLimits(count: count)
        limits.each = Array(repeating: 0...max(0.4, 1.2 / Double(count)), count: count)
        let frontier = Frontier(covariance, expected, limits)
        let weights = try frontier.weights(tilt: 0.2)
        func target(_ w: [Double]) -> Double { 0.5 * covariance.form(w) - 0.2 * dot(expected, w) }
        let best = target(weights)
        for _ in 0..<200 {
            // Some of one goes to another, as far as both may.
            let (from, to) = (Int(chance.next() % UInt64(count)), Int(chance.next() % UInt64(count)))
            guard from != to else { continue }
            let most = min(weights[from], limits.each[to].upperBound - weights[to])
            guard most > 0 else { continue }
            var other = weights
            let moved = chance.number(0...most)
            other[from] -= moved
            other[to] += moved
            #expect(target(other) >= best - 1e-12)
        }
    }

    @Test("limits that nothing keeps are infeasible, and a target without end is unbounded")
    func refuses() {
        let sum = Matrix(rows: 1, columns: 2, [1, 1])
        #expect(throws: SolverFailure.infeasible) {
            try LinearProgram(cost: [1, 1], rows: sum, rowBounds: [3...3], bounds: [0...1, 0...1]).solve()
        }
        #expect(throws: SolverFailure.unbounded) {
            try LinearProgram(
                cost: [-1, 0], rows: sum, rowBounds: [0...(.infinity)], bounds: [0...(.infinity), 0...1]
            ).solve()
        }
        #expect(throws: SolverFailure.infeasible) {
            try QuadraticProgram(
                quadratic: Matrix(rows: 2, columns: 2, [1, 0, 0, 1]), linear: [0, 0], rows: sum,
                rowBounds: [3...3], bounds: [0...1, 0...1]
            ).solve()
        }
    }

    @Test("the best ratio of return to risk is not beaten by any other portfolio", arguments: 0..<60)
    func ratio(seed: Int) throws {
        var chance = Chance(seed)
        let count = 2 + seed % 15
        let covariance = chance.covariance(count)
        let expected = (0..<count).map { _ in chance.number(-0.1...0.3) } + []
        guard expected.contains(where: { $0 > 0.01 }) else { return }
        var limits = WeightLimits(count: count)
        if seed % 2 == 1 { limits.each = Array(repeating: 0...max(0.3, 1.5 / Double(count)), count: count) }
        let frontier = Frontier(covariance, expected, limits)
        guard let weights = try frontier.mostReturnForRisk() else {
            #expect(dot(expected, try frontier.mostReturning()) <= 0)
            return
        }
        func ratio(_ w: [Double]) -> Double { dot(expected, w) / covariance.form(w).squareRoot() }
        let best = ratio(weights)
        let sum = weights.reduce(0, +)
        #expect(abs(sum - 1) < 1e-9)
        for step in 0...60 {
            let other = try frontier.weights(tilt: Double(step) * 0.05)
            #expect(ratio(other) <= best + 1e-9)
        }
    }

    @Test(
        "the most return at a volatility has that volatility, or the most return that there is",
        arguments: 0..<40)
    func risk(seed: Int) throws {
        var chance = Chance(seed)
        let count = 3 + seed % 12
        let covariance = chance.covariance(count)
        let expected = (0..<count).map { _ in chance.number(0...0.3) }
        let frontier = Frontier(covariance, expected, WeightLimits(count: count))
        let least = covariance.form(try frontier.weights(tilt: 0)).squareRoot()
        #expect(try frontier.mostReturning(volatility: 0.9 * least) == nil)
        let weights = try #require(try frontier.mostReturning(volatility: 1.1 * least))
        let volatility = covariance.form(weights).squareRoot()
        let most = try frontier.mostReturning()
        let ratio = volatility / (1.1 * least)
        #expect(abs(ratio - 1) < 1e-9 || weights == most)
    }

    @Test("no portfolio nearby loses less on its worst days", arguments: 0..<30)
    func tail(seed: Int) throws {
        var chance = Chance(seed)
        let count = 2 + seed % 8
        let returns = chance.returns(40 + 10 * seed, count)
        let confidence = [0.9, 0.95, 0.8][seed % 3]
        var limits = WeightLimits(count: count)
        limits.each = Array(repeating: 0...max(0.5, 1.2 / Double(count)), count: count)
        let weights = try TailProgram(returns: returns, confidence: confidence, limits: limits).weights()
        let sum = weights.reduce(0, +)
        #expect(abs(sum - 1) < 1e-9)
        let best = TailProgram.risk(returns, weights, confidence: confidence)
        for _ in 0..<200 {
            let (from, to) = (Int(chance.next() % UInt64(count)), Int(chance.next() % UInt64(count)))
            let most = min(weights[from], limits.each[to].upperBound - weights[to])
            guard from != to, most > 0 else { continue }
            var other = weights
            let moved = chance.number(0...most)
            other[from] -= moved
            other[to] += moved
            #expect(TailProgram.risk(returns, other, confidence: confidence) >= best - 1e-12)
        }
    }

    @Test("each brings the same part of the risk", arguments: [1, 2, 7, 40])
    func parity(count: Int) throws {
        var chance = Chance(count)
        let covariance = chance.covariance(count)
        let weights = try EqualRisk.weights(covariance)
        let whole = covariance.form(weights)
        for (weight, pull) in zip(weights, covariance.times(weights)) {
            let part = weight * pull / whole * Double(count)
            #expect(abs(part - 1) < 1e-9)
        }
        let sum = weights.reduce(0, +)
        #expect(abs(sum - 1) < 1e-12)
    }
}
