import CColumns
import Glibc

/// Simple returns of equal periods, each after the one before: what metrics are computed of.
///
/// A metric that the returns do not define (none at all, one only, no variance, no loss) is nothing; no metric is
/// ever NaN or infinite. docs/statistics.md has the formulas.
public struct Returns: Sendable, Equatable {
    public let values: [Double]
    /// 252 for days, 252 × 390 for minutes of the New York Stock Exchange.
    public let periodsPerYear: Double
    /// Half of the metrics ask for it.
    public let mean: Double?

    /// Refuses what is no number, and a loss of more than all.
    public init(_ values: [Double], periodsPerYear: Double = 252) throws(ReturnsError) {
        precondition(periodsPerYear > 0, "a year has more than no periods")
        if let index = Returns.firstStrange(values) {
            throw ReturnsError(
                "return \(index + 1) is \(values[index]); a fraction from -1, which is the loss of all, to 1e9 would be right"
            )
        }
        self.init(unchecked: values, periodsPerYear: periodsPerYear)
    }

    /// The returns of a price or an equity from each moment to the next.
    public init(ofEquity equity: [Double], periodsPerYear: Double = 252) throws(ReturnsError) {
        for (index, value) in equity.enumerated() where !(value > 0 && value.isFinite) {
            throw ReturnsError("value \(index + 1) is \(value); a number above zero would be right")
        }
        try self.init(
            zip(equity.dropFirst(), equity).map { $0 / $1 - 1 }, periodsPerYear: periodsPerYear)
    }

    init(unchecked values: [Double], periodsPerYear: Double) {
        self.values = values
        self.periodsPerYear = periodsPerYear
        mean = Statistics.mean(values)
    }

    /// The place of the first value that is no return. Most often there is none.
    private static func firstStrange(_ values: [Double]) -> Int? {
        if tradewind_outside(values, -1, 1e9, values.count) == 0 { return nil }
        return values.firstIndex { !($0 >= -1 && $0 <= 1e9) }
    }

    public var count: Int { values.count }

    /// The returns above another, period by period, for which both must have as many.
    func less(_ other: [Double]) -> [Double] { zip(values, other).map { $0 - $1 } }
}

/// Returns of which nothing can be said: what is wrong, and what would be right.
public struct ReturnsError: Error, CustomStringConvertible {
    public let description: String
    init(_ description: String) { self.description = description }
}

/// A number, unless it is NaN or infinite.
func defined(_ number: Double) -> Double? { number.isFinite ? number : nil }

/// A quotient, where the divisor is not zero.
func quotient(_ dividend: Double, _ divisor: Double) -> Double? {
    divisor == 0 ? nil : defined(dividend / divisor)
}
