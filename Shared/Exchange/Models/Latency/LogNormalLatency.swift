import Glibc

/// Mostly near the median, seldom much longer: as networks and brokers are.
public struct LogNormalLatency: LatencyModel {
    public static let name = "distribution"
    public static let parameters = [
        ModelParameter("milliseconds", 50, in: 0...3_600_000, "the median delay"),
        ModelParameter("spread", 0.5, in: 0...5, "the standard deviation of the delay's logarithm"),
    ]
    private let median: Double
    private let spread: Double
    public init(_ figures: [Double]) {
        median = figures[0] * 1e6
        spread = figures[1]
    }
    public func draw(_ chance: inout Chance) -> Int64 {
        // Box and Muller's method; the second normal number is not kept, so that a draw has no memory.
        let radius = (-2 * log(1 - chance.fraction())).squareRoot()
        let normal = radius * cos(2 * Double.pi * chance.fraction())
        return Int64(min(median * exp(spread * normal), 3.6e15))
    }
}
