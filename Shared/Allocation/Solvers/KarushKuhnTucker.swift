/// The conditions that the answer of a quadratic program has to meet, for a set of free variables and tight rows: solved
/// from the program's own numbers, and checked.
struct KarushKuhnTucker {
    private let program: QuadraticProgram
    private let free: [Int]
    private let tight: [Int]
    private let x: [Double]
    private let factor: Cholesky
    private let inner: Cholesky
    /// Of each tight row, what its numbers for the free variables become under the factor.
    private let columns: [[Double]]

    init(
        _ program: QuadraticProgram, _ free: [Int], _ tight: [Int], at x: [Double]
    ) throws(SolverFailure) {
        self.program = program
        // In the order of numbers, so that the way by which a set was found leaves no trace in the last bits.
        self.free = free.sorted()
        self.tight = tight.sorted()
        self.x = x
        guard let factor = Cholesky(program.quadratic.part(self.free), tolerance: 1e-13) else {
            throw .singular
        }
        self.factor = factor
        let sorted = self.free
        let own = self.tight.map { row in sorted.map { program.rows[row, $0] } }
        columns = own.map { factor.solve($0) }
        var gram = Matrix(rows: own.count, columns: own.count)
        for i in own.indices { for j in own.indices { gram[i, j] = dot(own[i], columns[j]) } }
        guard let inner = Cholesky(gram, tolerance: 1e-14) else { throw .singular }
        self.inner = inner
    }

    /// The point at which the tight rows are at their bounds and nothing pulls at a free variable.
    func solution(linear: [Double]) -> (x: [Double], multipliers: [Double]) {
        var still = x
        for variable in free { still[variable] = 0 }
        var pull = free.map { linear[$0] }
        for (place, variable) in free.enumerated() {
            pull[place] -= dot(program.quadratic.row(variable), still[...])
        }
        let loose = factor.solve(pull)
        let missing = tight.map { row in
            bound(of: row) - dot(program.rows.row(row), still[...])
                - zip(free, loose).reduce(0) { $0 + program.rows[row, $1.0] * $1.1 }
        }
        let multipliers = inner.solve(missing)
        for (place, variable) in free.enumerated() {
            var number = loose[place]
            for (column, multiplier) in zip(columns, multipliers) { number += multiplier * column[place] }
            still[variable] = number
        }
        return (still, multipliers)
    }

    private func bound(of row: Int) -> Double {
        let range = program.rowBounds[row]
        let product = dot(program.rows.row(row), x[...])
        let isLower = (product - range.lowerBound).magnitude <= (product - range.upperBound).magnitude
        return isLower ? range.lowerBound : range.upperBound
    }

    /// The answer, if it is one.
    func answer() throws(SolverFailure) -> QuadraticProgram.Answer {
        var (x, own) = solution(linear: program.linear)
        let scale = program.quadratic.diagonal.reduce(0, +) / Double(max(1, x.count))
        let most = max(scale, program.linear.reduce(0) { max($0, $1.magnitude) })
        for variable in x.indices {
            let range = program.bounds[variable]
            guard x[variable] > range.lowerBound - 1e-8, x[variable] < range.upperBound + 1e-8 else {
                throw .inexact
            }
            x[variable] = min(max(x[variable], range.lowerBound), range.upperBound)
        }
        for (product, range) in zip(program.rows.times(x), program.rowBounds) {
            guard product > range.lowerBound - 1e-7, product < range.upperBound + 1e-7 else { throw .inexact }
        }
        var multipliers = Array(repeating: 0.0, count: program.rows.rows)
        for (row, multiplier) in zip(tight, own) { multipliers[row] = multiplier }
        own = multipliers
        for row in tight {
            let range = program.rowBounds[row]
            guard range.lowerBound < range.upperBound else { continue }
            let pullsUp = bound(of: row) == range.lowerBound
            guard (pullsUp ? -own[row] : own[row]) < 1e-6 * most else { throw .inexact }
        }
        for (variable, pull) in pulls(at: x, own).enumerated() {
            let range = program.bounds[variable]
            guard range.lowerBound < range.upperBound else { continue }
            guard x[variable] == range.lowerBound || pull < 1e-7 * most,
                x[variable] == range.upperBound || pull > -1e-7 * most
            else { throw .inexact }
        }
        return QuadraticProgram.Answer(x: x, multipliers: own, free: free, tight: tight)
    }

    /// What is left of the gradient beside the rows' pull.
    private func pulls(at x: [Double], _ multipliers: [Double]) -> [Double] {
        var pulls = program.quadratic.times(x)
        for variable in pulls.indices { pulls[variable] -= program.linear[variable] }
        for row in tight {
            for variable in pulls.indices {
                pulls[variable] -= multipliers[row] * program.rows[row, variable]
            }
        }
        return pulls
    }
}
