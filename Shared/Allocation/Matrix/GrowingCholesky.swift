/// The lower triangle of a symmetric matrix that grows and shrinks by a row and column at a time: what an active set
/// needs, at the cost of a square instead of a cube.
struct GrowingCholesky {
    private(set) var count = 0
    private let capacity: Int
    private var rows: [Double]

    init(capacity: Int) {
        self.capacity = capacity
        rows = []
        rows.reserveCapacity(64 * capacity)
    }

    /// Adds a row; says no where it is a combination of those that are there.
    ///
    /// - Parameter products: with the rows that are there, in order, and last with itself.
    mutating func append(_ products: [Double], tolerance: Double) -> Bool {
        precondition(products.count == count + 1 && count < capacity)
        var row = products
        row.removeLast()
        solveLower(&row)
        let rest = products[count] - dot(row, row)
        guard rest > tolerance * products[count] else { return false }
        rows += row
        rows.append(rest.squareRoot())
        rows += repeatElement(0, count: capacity - count - 1)
        count += 1
        return true
    }

    /// Takes a row out, and turns those below so that they are a triangle again.
    mutating func remove(at place: Int) {
        rows.removeSubrange((place * capacity)..<((place + 1) * capacity))
        count -= 1
        for row in place..<count {
            // Row `row` has one number too many, right of the diagonal.
            let one = rows[row * capacity + row]
            let other = rows[row * capacity + row + 1]
            let length = (one * one + other * other).squareRoot()
            let (cosine, sine) = (one / length, other / length)
            rows[row * capacity + row] = length
            rows[row * capacity + row + 1] = 0
            for below in (row + 1)..<max(count, row + 1) {
                let left = rows[below * capacity + row]
                let right = rows[below * capacity + row + 1]
                rows[below * capacity + row] = cosine * left + sine * right
                rows[below * capacity + row + 1] = cosine * right - sine * left
            }
        }
    }

    /// Solves L · x = right, in place.
    func solveLower(_ x: inout [Double]) {
        precondition(x.count == count)
        for row in 0..<count {
            let from = row * capacity
            x[row] = (x[row] - dot(rows[from..<(from + row)], x[..<row])) / rows[from + row]
        }
    }

    /// Solves Lᵀ · x = right, in place.
    func solveUpper(_ x: inout [Double]) {
        precondition(x.count == count)
        rows.withUnsafeBufferPointer { rows in
            for row in (0..<count).reversed() {
                let from = row * capacity
                x[row] /= rows[from + row]
                let known = x[row]
                for column in 0..<row { x[column] -= rows[from + column] * known }
            }
        }
    }
}
