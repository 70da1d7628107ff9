/// Weights that trade variance against expected return within limits.
///
/// For each l there is one best w(l), the least of ½ · wᵀ Σ w - l · μ · w; along l it is a line from one set of bounds to the
/// next. Whatever is asked of the frontier (the best ratio, a given risk) is solved on such a line exactly, and the search
/// is only for the line.
struct Frontier {
    let covariance: Matrix
    let expected: [Double]
    let limits: WeightLimits
    private let variables: WeightVariables
    private let quadratic: Matrix

    init(_ covariance: Matrix, _ expected: [Double], _ limits: WeightLimits) {
        self.covariance = covariance
        self.expected = expected
        self.limits = limits
        variables = WeightVariables(limits)
        quadratic = variables.quadratic(covariance)
    }

    private func program(_ tilt: Double, returning target: Double? = nil) -> QuadraticProgram {
        let rows = variables.rows(and: target.map { [(expected, $0...(.infinity))] } ?? [])
        return QuadraticProgram(
            quadratic: quadratic, linear: variables.linear(expected.map { tilt * $0 }, covariance),
            rows: rows.rows, rowBounds: rows.bounds, bounds: variables.bounds)
    }

    /// The least of ½ · variance - tilt · return.
    func weights(tilt: Double) throws(SolverFailure) -> [Double] {
        variables.weights(try program(tilt).solve().x)
    }

    /// The least variance that is expected to return at least so much.
    func weights(returning target: Double) throws(SolverFailure) -> [Double] {
        variables.weights(try program(0, returning: target).solve().x)
    }

    /// The most return without a look at risk.
    func mostReturning() throws(SolverFailure) -> [Double] {
        let rows = variables.rows()
        return variables.weights(
            try LinearProgram(
                cost: variables.spread(expected.map { -$0 }), rows: rows.rows, rowBounds: rows.bounds,
                bounds: variables.bounds
            ).solve().x)
    }

    /// The most return for each unit of volatility: `expected` is what is earned above the rate without risk. There is none
    /// where nothing is expected to earn more.
    func mostReturnForRisk() throws(SolverFailure) -> [Double]? {
        guard dot(expected, try mostReturning()) > 0 else { return nil }
        return try search { line in
            // The best ratio is where variance = l · return; on a line the terms in l² are equal, and one of them is left.
            let (base, _) = line
            let earned = dot(expected, base)
            return earned > 0 ? covariance.form(base) / earned : nil
        } isBeyond: { tilt, weights in
            covariance.form(weights) < tilt * dot(expected, weights)
        }
    }

    /// The most return at a volatility of no more than that; none where every portfolio swings more.
    func mostReturning(volatility: Double) throws(SolverFailure) -> [Double]? {
        let variance = volatility * volatility
        guard covariance.form(try weights(tilt: 0)) <= variance * (1 + 1e-12) else { return nil }
        let most = try mostReturning()
        if covariance.form(most) <= variance { return most }
        return try search { line in
            // variance(l) = a + b · l + c · l²
            let (base, slope) = line
            let pull = covariance.times(slope)
            let (a, b, c) = (covariance.form(base), 2 * dot(base, pull), dot(slope, pull))
            guard c > 0 else { return nil }
            let root = b * b - 4 * c * (a - variance)
            return root >= 0 ? (root.squareRoot() - b) / (2 * c) : nil
        } isBeyond: { _, weights in
            covariance.form(weights) > variance
        }
    }

    /// Goes from line to line to where `root` finds its point on the line that it came from.
    private func search(
        root: ((base: [Double], slope: [Double])) -> Double?, isBeyond: (Double, [Double]) -> Bool
    ) throws(SolverFailure) -> [Double] {
        let trace = covariance.diagonal.reduce(0, +) / Double(covariance.rows)
        let steepest = expected.reduce(.leastNormalMagnitude) { max($0, $1.magnitude) }
        var (low, high) = (0.0, Double.infinity)
        var tilt = trace / steepest
        let level = variables.linear(Array(repeating: 0, count: limits.count), covariance)
        for _ in 0..<200 {
            let program = program(tilt)
            let answer = try program.solve()
            let weights = variables.weights(answer.x)
            if isBeyond(tilt, weights) { high = min(high, tilt) } else { low = max(low, tilt) }
            let line = try program.line(answer, from: level, along: variables.spread(expected))
            let base = variables.weights(line.base)
            let ahead = variables.weights(zip(line.base, line.slope).map { $0 + $1 })
            var next = root((base, zip(ahead, base).map { $0 - $1 })) ?? -1
            if (next - tilt).magnitude <= 1e-12 * tilt { return weights }
            if !(next > low && next < high) { next = high < .infinity ? (low + high) / 2 : 4 * tilt }
            if (next - tilt).magnitude <= 1e-15 * tilt { return weights }
            tilt = next
        }
        throw .inexact
    }
}
