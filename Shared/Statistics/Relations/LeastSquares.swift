import Glibc

/// Ordinary least squares by QR, so that near-equal columns do not spoil the figures as normal equations would.
public struct LeastSquares: Sendable {
    public let coefficients: [Double]
    public let residuals: [Double]
    /// The standard error of each coefficient.
    public let errors: [Double]

    /// Nothing where there are fewer rows than columns and one more, or columns that depend on each other.
    /// `columns` are those of the explaining variables.
    public init?(_ columns: [[Double]], _ target: [Double]) {
        let (rows, width) = (target.count, columns.count)
        guard width > 0, rows > width, columns.allSatisfy({ $0.count == rows }) else { return nil }
        var basis = columns
        var upper = Array(repeating: Array(repeating: 0.0, count: width), count: width)
        let sizes = columns.map { LeastSquares.product($0, $0).squareRoot() }
        // Gram and Schmidt, each column twice: the second pass takes away what rounding left of the first.
        for column in 0..<width {
            for _ in 0..<2 {
                for before in 0..<column {
                    let share = LeastSquares.product(basis[before], basis[column])
                    upper[before][column] += share
                    for row in 0..<rows { basis[column][row] -= share * basis[before][row] }
                }
            }
            let size = LeastSquares.product(basis[column], basis[column]).squareRoot()
            guard size > 1e-12 * sizes[column], size.isFinite else { return nil }
            upper[column][column] = size
            for row in 0..<rows { basis[column][row] /= size }
        }
        let right = basis.map { LeastSquares.product($0, target) }
        guard let inverse = LeastSquares.inverse(upper) else { return nil }
        coefficients = inverse.map { LeastSquares.product($0, right) }
        var residuals = target
        for (column, coefficient) in zip(columns, coefficients) {
            for row in 0..<rows { residuals[row] -= coefficient * column[row] }
        }
        self.residuals = residuals
        let variance = LeastSquares.product(residuals, residuals) / Double(rows - width)
        errors = inverse.map { (variance * LeastSquares.product($0, $0)).squareRoot() }
    }

    private static func product(_ left: [Double], _ right: [Double]) -> Double {
        var sum = 0.0
        for (one, other) in zip(left, right) { sum += one * other }
        return sum
    }

    /// Of an upper triangle.
    private static func inverse(_ upper: [[Double]]) -> [[Double]]? {
        let width = upper.count
        var inverse = Array(repeating: Array(repeating: 0.0, count: width), count: width)
        for column in 0..<width {
            inverse[column][column] = 1 / upper[column][column]
            for row in stride(from: column - 1, through: 0, by: -1) {
                var sum = 0.0
                for place in (row + 1)...column { sum += upper[row][place] * inverse[place][column] }
                inverse[row][column] = -sum / upper[row][row]
            }
        }
        return inverse.allSatisfy { $0.allSatisfy(\.isFinite) } ? inverse : nil
    }
}
