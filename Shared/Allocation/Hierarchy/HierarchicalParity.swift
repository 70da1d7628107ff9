/// Weights by a tree (López de Prado, 2016): instruments that move together stand together; the row is cut in half again
/// and again, and each half gets its share in inverse proportion to the variance that it has.
enum HierarchicalParity {
    static func weights(_ covariance: Matrix, _ rule: LinkageRule) -> [Double] {
        let count = covariance.rows
        let deviations = covariance.diagonal.map { $0.squareRoot() }
        var distances = Matrix(rows: count, columns: count)
        for row in 0..<count {
            for column in 0..<count where row != column {
                let correlation = covariance[row, column] / (deviations[row] * deviations[column])
                distances[row, column] = min(1, max(0, (1 - correlation) / 2)).squareRoot()
            }
        }
        let order = Linkage(distances, rule).order
        var weights = Array(repeating: 1.0, count: count)
        var open = [order[...]]
        while let cluster = open.popLast() {
            guard cluster.count > 1 else { continue }
            let middle = cluster.startIndex + cluster.count / 2
            let (first, second) = (cluster[..<middle], cluster[middle...])
            let (one, other) = (variance(of: first, covariance), variance(of: second, covariance))
            let share = 1 - one / (one + other)
            for member in first { weights[member] *= share }
            for member in second { weights[member] *= 1 - share }
            open += [second, first]
        }
        return weights
    }

    /// The variance of a cluster whose members are weighed in inverse proportion to their own.
    private static func variance(of cluster: ArraySlice<Int>, _ covariance: Matrix) -> Double {
        let raw = cluster.map { 1 / covariance[$0, $0] }
        let sum = raw.reduce(0, +)
        var variance = 0.0
        for (i, row) in cluster.enumerated() {
            var product = 0.0
            for (j, column) in cluster.enumerated() { product += raw[j] * covariance[row, column] }
            variance += raw[i] * product
        }
        return variance / (sum * sum)
    }
}
