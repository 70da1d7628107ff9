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
        guard Cholesky.reduce(&factor, floors) else { return nil }
    }

    private init(factor: Matrix) { self.factor = factor }

    /// Takes A apart, and takes its share from the rest: what is left of C once B is known is C - Bᵀ · A⁻¹ · B. Both are done
    /// in one pass over the table of A, B and C.
    static func reducing(
        _ a: Matrix, _ b: Matrix, from c: Matrix, tolerance: Double
    ) -> (factor: Cholesky, rest: Matrix)? {
        let (height, width) = (a.rows, c.rows)
        precondition(b.rows == height && b.columns == width)
        var whole = Matrix(rows: height + width, columns: height + width)
        for row in 0..<height {
            whole.put(a.row(row), at: row, 0)
            whole.put(b.row(row), at: row, height)
        }
        for row in 0..<width { whole.put(c.row(row), at: height + row, height) }
        guard reduce(&whole, a.diagonal.map { $0 * tolerance }) else { return nil }
        return parted(whole, height)
    }

    /// The same where B is a diagonal, of as many numbers as A has rows.
    static func reducing(
        _ a: Matrix, diagonal: [Double], from c: Matrix, tolerance: Double
    ) -> (factor: Cholesky, rest: Matrix)? {
        let count = a.rows
        precondition(diagonal.count == count && c.rows == count)
        var whole = Matrix(rows: 2 * count, columns: 2 * count)
        for row in 0..<count {
            whole.put(a.row(row), at: row, 0)
            whole[row, count + row] = diagonal[row]
            whole.put(c.row(row), at: count + row, count)
        }
        guard reduce(&whole, a.diagonal.map { $0 * tolerance }, besideDiagonal: true) else { return nil }
        return parted(whole, count)
    }

    /// The triangle above, and what is left below.
    private static func parted(_ whole: Matrix, _ height: Int) -> (factor: Cholesky, rest: Matrix) {
        let width = whole.rows - height
        var factor = Matrix(rows: height, columns: height)
        for row in 0..<height { factor.put(whole.row(row).prefix(height), at: row, 0) }
        var rest = Matrix(rows: width, columns: width)
        for row in 0..<width { rest.put(whole.row(height + row).suffix(width), at: row, 0) }
        rest.mirrorUpper()
        return (Cholesky(factor: factor), rest)
    }

    /// Makes the rows for which there are floors those of a triangle, and takes their share from the rows below; no where a
    /// pivot is not above its floor.
    ///
    /// - Parameter isDiagonal: what stands to the right of the triangle is a diagonal: a row has nothing there beyond its own
    ///   place, and a third of the work is enough.
    private static func reduce(
        _ matrix: inout Matrix, _ floors: [Double], besideDiagonal isDiagonal: Bool = false
    ) -> Bool {
        let (count, pivots) = (matrix.rows, floors.count)
        return matrix.numbers.withUnsafeMutableBufferPointer { numbers in
            guard let base = numbers.baseAddress else { return true }
            for first in stride(from: 0, to: pivots, by: Cholesky.block) {
                let end = min(first + Cholesky.block, pivots)
                let width = isDiagonal ? pivots + end : count
                guard Cholesky.reduceRows(first..<end, base, count, upTo: width, floors) else { return false }
                if end < width {
                    tradewind_gram(
                        base + first * count + end, nil, end - first, width - end, count,
                        base + end * count + end, count, 1, 8, Int32(Matrix.threads))
                }
            }
            return true
        }
    }

    /// Finishes the rows of a block, from which those before have been taken away already.
    private static func reduceRows(
        _ rows: Range<Int>, _ base: UnsafeMutablePointer<Double>, _ count: Int, upTo width: Int,
        _ floors: [Double]
    ) -> Bool {
        for row in rows {
            let own = base + row * count
            for above in rows.lowerBound..<row {
                let factor = base[above * count + row]
                let other = base + above * count
                for column in row..<width { own[column] -= factor * other[column] }
            }
            guard own[row] > floors[row] else { return false }
            let root = own[row].squareRoot()
            own[row] = root
            let inverse = 1 / root
            for column in (row + 1)..<max(width, row + 1) { own[column] *= inverse }
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
}
