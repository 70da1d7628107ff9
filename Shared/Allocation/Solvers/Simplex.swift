/// The simplex at work. Variables are numbered: those of the program, then the rows' own, then the artificial ones, which
/// make up for what a row's bounds are missed by at the start.
struct Simplex {
    let program: LinearProgram
    let count: Int
    let height: Int
    var cost: [Double]
    var lower: [Double]
    var upper: [Double]
    var value: [Double]
    /// +1 or -1: the direction in which an artificial variable makes up.
    var sign: [Double]
    /// The variable of each place of the basis, and the place of each variable.
    var basis: [Int]
    var place: [Int?]
    /// The inverse of the basis, row by row.
    var inverse: Matrix
    var pivots = 0
    /// Steps in a row that changed nothing but the basis.
    var idle = 0

    static let tolerance = 1e-10

    init(_ program: LinearProgram) {
        self.program = program
        count = program.cost.count
        height = program.rows.rows
        let total = count + 2 * height
        cost = Array(repeating: 0, count: total)
        lower = program.bounds.map(\.lowerBound) + program.rowBounds.map(\.lowerBound)
        upper = program.bounds.map(\.upperBound) + program.rowBounds.map(\.upperBound)
        lower += Array(repeating: 0, count: height)
        upper += Array(repeating: 0, count: height)
        value = (0..<(count + height)).map { _ in 0 } + Array(repeating: 0, count: height)
        sign = Array(repeating: 1, count: height)
        basis = Array(repeating: 0, count: height)
        place = Array(repeating: nil, count: total)
        inverse = Matrix(rows: height, columns: height)
        for variable in 0..<count { value[variable] = nearestBound(variable) }
        for row in 0..<height {
            let product = dot(program.rows.row(row), value[..<count])
            let own = count + row
            let bounded = nearest(own, to: product)
            if bounded == product {
                value[own] = product
                enter(own, at: row)
                inverse[row, row] = -1
            } else {
                value[own] = bounded
                let artificial = count + height + row
                // product - own + sign · artificial = 0
                sign[row] = bounded > product ? 1 : -1
                value[artificial] = (bounded - product).magnitude
                upper[artificial] = .infinity
                cost[artificial] = 1
                enter(artificial, at: row)
                inverse[row, row] = sign[row]
            }
        }
    }

    func nearest(_ variable: Int, to number: Double) -> Double {
        min(max(number, lower[variable]), upper[variable])
    }

    /// What is not in the basis is at one of its bounds, and only what has none at nothing.
    private func nearestBound(_ variable: Int) -> Double {
        let bound =
            lower[variable].magnitude <= upper[variable].magnitude ? lower[variable] : upper[variable]
        return bound.isFinite ? bound : 0
    }

    private mutating func enter(_ variable: Int, at row: Int) {
        basis[row] = variable
        place[variable] = row
    }

    // MARK: The two phases

    /// Brings the artificial variables to nothing.
    mutating func findFeasible() throws(SolverFailure) {
        guard cost.contains(1) else { return }
        try run()
        var missing = 0.0
        for row in 0..<height { missing += value[count + height + row] }
        guard missing <= 1e-9 * Double(height) else { throw .infeasible }
        for row in 0..<height {
            let artificial = count + height + row
            value[artificial] = 0
            (lower[artificial], upper[artificial], cost[artificial]) = (0, 0, 0)
        }
    }

    mutating func improve() throws(SolverFailure) {
        for variable in 0..<count { cost[variable] = program.cost[variable] }
        try run()
    }

    private mutating func run() throws(SolverFailure) {
        let most = 200 * (height + 20) + 20 * count
        for _ in 0..<most {
            guard let (entering, direction) = entering() else { return }
            try step(entering, direction)
        }
        throw .inexact
    }

    // MARK: A step

    /// The price of each row under the present basis.
    func prices() -> [Double] {
        var prices = Array(repeating: 0.0, count: height)
        for row in 0..<height where cost[basis[row]] != 0 {
            let factor = cost[basis[row]]
            for column in 0..<height { prices[column] += factor * inverse[row, column] }
        }
        return prices
    }

    /// What a unit of each of the program's variables would change.
    private func reducedCosts(_ prices: [Double]) -> [Double] {
        var reduced = Array(cost[..<count])
        program.rows.numbers.withUnsafeBufferPointer { rows in
            reduced.withUnsafeMutableBufferPointer { reduced in
                for row in 0..<height where prices[row] != 0 {
                    let price = prices[row]
                    let from = row * count
                    for column in 0..<count { reduced[column] -= price * rows[from + column] }
                }
            }
        }
        return reduced
    }

    private func entering() -> (variable: Int, direction: Double)? {
        let prices = prices()
        let reduced = reducedCosts(prices)
        var best: (variable: Int, direction: Double)?
        var gainMost = Simplex.tolerance
        for variable in 0..<(count + height) where place[variable] == nil {
            guard lower[variable] < upper[variable] else { continue }
            let gain = variable < count ? reduced[variable] : cost[variable] + prices[variable - count]
            let rises = value[variable] < upper[variable] && gain < -gainMost
            let falls = value[variable] > lower[variable] && gain > gainMost
            guard rises || falls else { continue }
            best = (variable, rises ? 1 : -1)
            // The best step can go round in circles where steps are idle; the first one cannot (Bland's rule).
            if idle > 2 * height + 20 { return best }
            gainMost = gain.magnitude
        }
        return best
    }

    /// How the basis changes with a unit of a variable.
    private func column(_ variable: Int) -> [Double] {
        var column = Array(repeating: 0.0, count: height)
        if variable < count {
            for row in 0..<height { column[row] = program.rows[row, variable] }
            return inverse.times(column)
        }
        let row = (variable - count) % height
        let factor = variable < count + height ? -1 : sign[row]
        return (0..<height).map { inverse[$0, row] * factor }
    }

    private mutating func step(_ entering: Int, _ direction: Double) throws(SolverFailure) {
        let column = column(entering)
        var length = upper[entering] - lower[entering]
        var leaving: Int?
        for row in 0..<height {
            let slope = -direction * column[row]
            guard slope.magnitude > 1e-9 else { continue }
            let variable = basis[row]
            let room = slope > 0 ? upper[variable] - value[variable] : value[variable] - lower[variable]
            guard room < .infinity else { continue }
            let reach = max(0, room) / slope.magnitude
            guard let last = leaving else {
                if reach < length { (length, leaving) = (reach, row) }
                continue
            }
            let isShorter = reach < length - 1e-14
            // Of equals the firmest pivot, or the first variable where steps are idle.
            let isBetter =
                idle > 2 * height + 20
                ? variable < basis[last] : slope.magnitude > column[last].magnitude
            if isShorter || reach <= length + 1e-14 && isBetter {
                (length, leaving) = (min(reach, length), row)
            }
        }
        guard length < .infinity else { throw .unbounded }
        idle = length > 1e-13 ? 0 : idle + 1
        for row in 0..<height { value[basis[row]] -= direction * length * column[row] }
        guard let row = leaving else {
            value[entering] = direction > 0 ? upper[entering] : lower[entering]
            return
        }
        value[entering] += direction * length
        let left = basis[row]
        value[left] = -direction * column[row] > 0 ? upper[left] : lower[left]
        place[left] = nil
        enter(entering, at: row)
        pivot(row, column)
        pivots += 1
        if pivots % max(100, height) == 0 { try refresh() }
    }

    private mutating func pivot(_ pivotRow: Int, _ column: [Double]) {
        let height = height
        inverse.numbers.withUnsafeMutableBufferPointer { inverse in
            let own = pivotRow * height
            let factor = 1 / column[pivotRow]
            for place in 0..<height { inverse[own + place] *= factor }
            for row in 0..<height where row != pivotRow && column[row] != 0 {
                let share = column[row]
                let from = row * height
                for place in 0..<height { inverse[from + place] -= share * inverse[own + place] }
            }
        }
    }
}
