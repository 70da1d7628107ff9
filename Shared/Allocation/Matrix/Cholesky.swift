import CMatrix

/// A symmetric matrix taken apart into Uᵀ · U with U upper triangular, for solving; there is none where the matrix is
/// singular.
struct Cholesky {
    private var factor: Matrix
    private static let block = 32

    /// - Parameter tolerance: what a pivot must be at least, as a part of its diagonal. A pivot is what is left of a variance
    ///   once the instruments before have explained what they can.
    init?(_ matrix: Matrix, tolerance: Double = 1e-10) {
        precondition(matrix.rows == matrix.columns)
        factor = matrix
        let floors = matrix.diagonal.map { $0 * tolerance }
        let count = matrix.rows
        let isPositive = factor.numbers.withUnsafeMutableBufferPointer { numbers in
            guard let base = numbers.baseAddress else { return true }
            for first in stride(from: 0, to: count, by: Cholesky.block) {
                let end = min(first + Cholesky.block, count)
                guard Cholesky.reduceRows(first..<end, base, count, floors) else { return false }
                if end < count {
                    tradewind_gram(
                        base + first * count + end, end - first, count - end, count,
                        base + end * count + end, count, 1, 8)
                }
            }
            return true
        }
        if !isPositive { return nil }
    }

    /// Finishes the rows of a block, from which those before have been taken away already.
    private static func reduceRows(
        _ rows: Range<Int>, _ base: UnsafeMutablePointer<Double>, _ count: Int, _ floors: [Double]
    ) -> Bool {
        for row in rows {
            let own = base + row * count
            for above in rows.lowerBound..<row {
                let factor = base[above * count + row]
                let other = base + above * count
                for column in row..<count { own[column] -= factor * other[column] }
            }
            guard own[row] > floors[row] else { return false }
            let root = own[row].squareRoot()
            own[row] = root
            let inverse = 1 / root
            for column in (row + 1)..<max(count, row + 1) { own[column] *= inverse }
        }
        return true
    }

    /// What the matrix has to be multiplied with to give `right`.
    func solve(_ right: [Double]) -> [Double] {
        let count = factor.rows
        precondition(right.count == count)
        var x = right
        factor.numbers.withUnsafeBufferPointer { u in
            for row in 0..<count {
                x[row] /= u[row * count + row]
                let known = x[row]
                for column in (row + 1)..<max(count, row + 1) { x[column] -= u[row * count + column] * known }
            }
        }
        for row in (0..<count).reversed() {
            let rest = dot(
                factor.numbers[(row * count + row + 1)..<((row + 1) * count)], x[(row + 1)...])
            x[row] = (x[row] - rest) / factor[row, row]
        }
        return x
    }

    /// Solves Uᵀ · X = right for a whole matrix: what each of its columns would give is in that column.
    func solveLower(_ right: Matrix) -> Matrix {
        let count = factor.rows
        precondition(right.rows == count)
        var x = right
        let width = right.columns
        factor.numbers.withUnsafeBufferPointer { u in
            x.numbers.withUnsafeMutableBufferPointer { x in
                for row in 0..<count {
                    for above in 0..<row where u[above * count + row] != 0 {
                        let share = u[above * count + row]
                        for column in 0..<width {
                            x[row * width + column] -= share * x[above * width + column]
                        }
                    }
                    let inverse = 1 / u[row * count + row]
                    for column in 0..<width { x[row * width + column] *= inverse }
                }
            }
        }
        return x
    }
}
