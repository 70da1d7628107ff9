/// How returns move together, a year: one row and column for each instrument.
public enum CovarianceEstimate: String, CaseIterable, Sendable {
    /// Every day weighs the same.
    case sample
    /// A day weighs less the longer it is ago.
    case exponential
    /// The sample's, drawn towards equal variances and no correlation as far as its noise calls for (Ledoit and Wolf, 2004).
    case ledoitWolf = "ledoit-wolf"

    /// - Parameters:
    ///   - returns: a row for each day, the oldest first, and a column for each instrument; at least two days.
    ///   - span: under `exponential`, days after which a weight has fallen to about an eighth.
    public func matrix(_ returns: Matrix, span: Double = 180) -> Matrix {
        switch self {
        case .sample:
            scaled(returns.gram(around: returns.means), by: Days.inYear / Double(returns.rows - 1))
        case .exponential: exponential(returns, span)
        case .ledoitWolf: LedoitWolf(returns).matrix
        }
    }

    private func exponential(_ returns: Matrix, _ span: Double) -> Matrix {
        var centred = Centred(returns).numbers
        let keep = 1 - 2 / (span + 1)
        var weight = 1.0
        var sum = 0.0
        for row in (0..<centred.rows).reversed() {
            sum += weight
            let root = weight.squareRoot()
            for column in 0..<centred.columns { centred[row, column] *= root }
            weight *= keep
        }
        return scaled(centred.gram(), by: Days.inYear / sum)
    }
}

enum Days {
    /// Trading days, which a day's figures are multiplied with to be a year's.
    static let inYear = 252.0
}

/// Returns less their averages.
struct Centred {
    private(set) var numbers: Matrix

    init(_ returns: Matrix) {
        numbers = returns
        let (means, count) = (returns.means, returns.columns)
        numbers.numbers.withUnsafeMutableBufferPointer { numbers in
            for row in 0..<returns.rows {
                for column in 0..<count { numbers[row * count + column] -= means[column] }
            }
        }
    }
}

func scaled(_ matrix: consuming Matrix, by factor: Double) -> Matrix {
    matrix.numbers.withUnsafeMutableBufferPointer { numbers in
        for place in numbers.indices { numbers[place] *= factor }
    }
    return matrix
}
