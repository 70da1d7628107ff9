/// The outcome from the program's own numbers, so that what was gathered on the way leaves no trace in it.
extension Simplex {
    /// Makes the inverse and the values of the basis anew, from the program's own numbers.
    mutating func refresh() throws(SolverFailure) {
        var matrix = Matrix(rows: height, columns: height)
        for (place, variable) in basis.enumerated() {
            if variable < count {
                for row in 0..<height { matrix[row, place] = program.rows[row, variable] }
            } else {
                let row = (variable - count) % height
                matrix[row, place] = variable < count + height ? -1 : sign[row]
            }
        }
        guard let fresh = matrix.inverse() else { throw .inexact }
        inverse = fresh
        var rest = Array(repeating: 0.0, count: height)
        let still = (0..<count).map { place[$0] == nil ? value[$0] : 0 }
        for row in 0..<height {
            rest[row] = -dot(program.rows.row(row), still[...])
            if place[count + row] == nil { rest[row] += value[count + row] }
            let artificial = count + height + row
            if place[artificial] == nil { rest[row] -= sign[row] * value[artificial] }
        }
        for (place, number) in fresh.times(rest).enumerated() { value[basis[place]] = number }
    }

    mutating func answer() throws(SolverFailure) -> LinearProgram.Answer {
        try refresh()
        for variable in basis {
            let slack = 1e-8 * max(1, value[variable].magnitude)
            guard value[variable] > lower[variable] - slack, value[variable] < upper[variable] + slack else {
                throw .inexact
            }
            value[variable] = nearest(variable, to: value[variable])
        }
        var tight: [(row: Int, isUpper: Bool)] = []
        for row in 0..<height where place[count + row] == nil {
            // Where an artificial variable is left in the basis, the row follows from the others.
            if place[count + height + row] != nil { continue }
            tight.append((row, value[count + row] == upper[count + row]))
        }
        return LinearProgram.Answer(
            x: Array(value[..<count]), multipliers: prices(),
            free: (0..<count).filter { place[$0] != nil }, tight: tight)
    }
}
