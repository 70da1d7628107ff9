/// Weights of which each brings the same part of the whole's variance: wᵢ · (Σ w)ᵢ is the same for all.
///
/// They are, up to their sum, the least of ½ · xᵀ Σ x - Σ ln xᵢ, which has one answer only. One weight after the other is
/// put to its best, which is the root of a quadratic (Griveau-Billion, Richard and Roncalli, 2013).
enum EqualRisk {
    static func weights(_ covariance: Matrix) throws(SolverFailure) -> [Double] {
        let count = covariance.rows
        let diagonal = covariance.diagonal
        guard diagonal.allSatisfy({ $0 > 0 }) else { throw .singular }
        let budget = 1 / Double(count)
        var x = diagonal.map { (budget / $0).squareRoot() }
        var pull = covariance.times(x)
        for _ in 0..<10_000 {
            for place in 0..<count {
                let others = pull[place] - diagonal[place] * x[place]
                let root = (others * others + 4 * diagonal[place] * budget).squareRoot()
                // Of the two forms of the root the one that does not take like from like.
                let best = others > 0 ? 2 * budget / (others + root) : (root - others) / (2 * diagonal[place])
                let change = best - x[place]
                x[place] = best
                covariance.numbers.withUnsafeBufferPointer { numbers in
                    for other in 0..<count { pull[other] += change * numbers[place * count + other] }
                }
            }
            pull = covariance.times(x)
            var worst = 0.0
            for place in 0..<count { worst = max(worst, (x[place] * pull[place] / budget - 1).magnitude) }
            if worst < 1e-12 {
                let sum = x.reduce(0, +)
                return x.map { $0 / sum }
            }
            guard worst.isFinite else { throw .singular }
        }
        throw .inexact
    }
}
