/// The least of ½ · xᵀ Q x - c · x where rows · x and x lie between bounds.
///
/// A primal active-set method. It begins at a corner, where as few variables are free as there are tight rows, and frees
/// one at a time: the work goes with the number of instruments that end up being held, and not with how many there are.
/// Every answer is made anew from the set it ended with, and has to pass the conditions of Karush, Kuhn and Tucker.
struct QuadraticProgram {
    var quadratic: Matrix
    var linear: [Double]
    var rows: Matrix
    var rowBounds: [ClosedRange<Double>]
    var bounds: [ClosedRange<Double>]

    struct Answer {
        var x: [Double]
        /// What each row's bound pulls with: above zero at a lower bound, below at an upper one.
        var multipliers: [Double]
        /// Variables between their bounds.
        var free: [Int]
        /// Rows that hold the answer.
        var tight: [Int]
    }

    func solve() throws(SolverFailure) -> Answer {
        var search = try ActiveSet(self)
        try search.run()
        return try KarushKuhnTucker(self, search.free, search.tight, at: search.x).answer()
    }

    /// How the answer moves with c while the same bounds hold it: x(l) = base + l · slope for c = level + l · direction.
    func line(_ answer: Answer, from level: [Double], along direction: [Double]) throws(SolverFailure) -> (
        base: [Double], slope: [Double]
    ) {
        let conditions = try KarushKuhnTucker(self, answer.free, answer.tight, at: answer.x)
        let base = conditions.solution(linear: level).x
        let ahead = conditions.solution(linear: zip(level, direction).map { $0 + $1 }).x
        return (base, zip(ahead, base).map { $0 - $1 })
    }
}

/// The search for the set of bounds that hold the answer.
private struct ActiveSet {
    let program: QuadraticProgram
    let count: Int
    let scale: Double
    private(set) var x: [Double]
    private(set) var free: [Int]
    private(set) var tight: [Int]
    private var isFree: [Bool]
    private var isTight: [Bool]
    private var gradient: [Double] = []
    private var products: [Double] = []
    private var factor: GrowingCholesky
    private var idle = 0

    /// A pivot below this part of its diagonal is rounding.
    static let pivotLeast = 1e-11

    init(_ program: QuadraticProgram) throws(SolverFailure) {
        self.program = program
        count = program.linear.count
        let diagonal = program.quadratic.diagonal
        let most = program.linear.reduce(0) { max($0, $1.magnitude) }
        scale = max(diagonal.reduce(0, +) / Double(max(1, count)), most, .leastNormalMagnitude)
        let corner = try LinearProgram(
            cost: zip(diagonal, program.linear).map { 0.5 * $0 - $1 }, rows: program.rows,
            rowBounds: program.rowBounds, bounds: program.bounds
        ).solve()
        x = corner.x
        free = corner.free
        tight = corner.tight.map(\.row)
        isFree = Array(repeating: false, count: count)
        isTight = Array(repeating: false, count: program.rows.rows)
        factor = GrowingCholesky(capacity: count)
        for variable in free { isFree[variable] = true }
        for row in tight { isTight[row] = true }
        for place in free.indices {
            guard
                factor.append(entries(of: free[place], with: free[...place]), tolerance: ActiveSet.pivotLeast)
            else { throw .singular }
        }
        gradient = program.quadratic.times(x)
        for variable in 0..<count { gradient[variable] -= program.linear[variable] }
        products = program.rows.times(x)
    }

    private func entries(of variable: Int, with others: ArraySlice<Int>) -> [Double] {
        others.map { program.quadratic[variable, $0] }
    }

    mutating func run() throws(SolverFailure) {
        for _ in 0..<(50 * (count + program.rows.rows) + 100) {
            let (step, multipliers) = try direction()
            if try move(along: step) { continue }
            guard try release(multipliers) else { return }
        }
        throw .inexact
    }

    // MARK: The best within the set

    /// The way from here to the best point that the set allows, and what pulls at each tight row there.
    private func direction() throws(SolverFailure) -> (step: [Double], multipliers: [Double]) {
        var pull = free.map { gradient[$0] }
        factor.solveLower(&pull)
        var columns: [[Double]] = []
        for row in tight {
            var column = free.map { program.rows[row, $0] }
            factor.solveLower(&column)
            columns.append(column)
        }
        var gram = Matrix(rows: tight.count, columns: tight.count)
        for i in tight.indices { for j in tight.indices { gram[i, j] = dot(columns[i], columns[j]) } }
        guard let inner = Cholesky(gram, tolerance: 1e-14) else { throw .singular }
        let multipliers = inner.solve(columns.map { dot($0, pull) })
        var step = pull.map { -$0 }
        for (column, multiplier) in zip(columns, multipliers) {
            for place in step.indices { step[place] += multiplier * column[place] }
        }
        factor.solveUpper(&step)
        return (step, multipliers)
    }

    // MARK: Moving

    /// Goes as far as the bounds allow; tells whether one of them was met.
    private mutating func move(along step: [Double]) throws(SolverFailure) -> Bool {
        let least = 1e-13
        var length = 1.0
        var met: (isRow: Bool, place: Int, number: Double)?
        func look(_ isRow: Bool, _ place: Int, _ value: Double, _ slope: Double, _ range: ClosedRange<Double>)
        {
            let bound = slope > 0 ? range.upperBound : range.lowerBound
            guard slope.magnitude > least, bound.magnitude < .infinity else { return }
            let reach = max(0, (bound - value) / slope)
            // Of equals the first where steps are idle, so that they do not go round in circles.
            if reach < length { (length, met) = (reach, (isRow, place, bound)) }
        }
        for (place, variable) in free.enumerated() {
            look(false, place, x[variable], step[place], program.bounds[variable])
        }
        let slopes = (0..<program.rows.rows).map { row in
            isTight[row] ? 0 : zip(free, step).reduce(0) { $0 + program.rows[row, $1.0] * $1.1 }
        }
        for row in slopes.indices where !isTight[row] {
            look(true, row, products[row], slopes[row], program.rowBounds[row])
        }
        for (place, variable) in free.enumerated() {
            let change = length * step[place]
            guard change != 0 else { continue }
            x[variable] += change
            addGradient(of: variable, change)
        }
        for row in slopes.indices { products[row] += length * slopes[row] }
        guard let met else {
            idle = 0
            return false
        }
        idle = length > 1e-12 ? 0 : idle + 1
        if met.isRow {
            tight.append(met.place)
            isTight[met.place] = true
            products[met.place] = met.number
        } else {
            let variable = free.remove(at: met.place)
            factor.remove(at: met.place)
            addGradient(of: variable, met.number - x[variable])
            x[variable] = met.number
            isFree[variable] = false
        }
        return true
    }

    private mutating func addGradient(of variable: Int, _ change: Double) {
        let count = count
        program.quadratic.numbers.withUnsafeBufferPointer { quadratic in
            gradient.withUnsafeMutableBufferPointer { gradient in
                for place in 0..<count { gradient[place] += change * quadratic[variable * count + place] }
            }
        }
    }

    // MARK: Letting go

    /// Lets go of the bound that holds back most; says no where none does.
    private mutating func release(_ multipliers: [Double]) throws(SolverFailure) -> Bool {
        var pull = gradient
        program.rows.numbers.withUnsafeBufferPointer { rows in
            for (row, multiplier) in zip(tight, multipliers) {
                for place in 0..<count { pull[place] -= multiplier * rows[row * count + place] }
            }
        }
        let isCareful = idle > 2 * (count + program.rows.rows) + 20
        var gainMost = 1e-11 * scale
        var best: (isRow: Bool, place: Int)?
        for variable in 0..<count where !isFree[variable] {
            let range = program.bounds[variable]
            guard range.lowerBound < range.upperBound else { continue }
            let gain = x[variable] == range.lowerBound ? -pull[variable] : pull[variable]
            if gain > gainMost {
                best = (false, variable)
                if isCareful { break }
                gainMost = gain
            }
        }
        for (place, row) in tight.enumerated() where !(isCareful && best != nil) {
            let range = program.rowBounds[row]
            guard range.lowerBound < range.upperBound else { continue }
            let isLower =
                (products[row] - range.lowerBound).magnitude < (products[row] - range.upperBound).magnitude
            let gain = isLower ? -multipliers[place] : multipliers[place]
            if gain > gainMost { (best, gainMost) = ((true, place), gain) }
        }
        guard let best else { return false }
        if best.isRow {
            isTight[tight.remove(at: best.place)] = false
        } else {
            let others = free + [best.place]
            guard factor.append(entries(of: best.place, with: others[...]), tolerance: ActiveSet.pivotLeast)
            else { throw .singular }
            free = others
            isFree[best.place] = true
        }
        return true
    }
}
