/// A quick and a slow exponential average that begin together: the quick one takes its first mean from the numbers just
/// before.
struct AveragePair: Sendable {
    private var quick: SmoothedAverage
    private var slow: SmoothedAverage
    private var count = 0

    init(fast: Int, slow: Int) throws(ParameterError) {
        guard fast < slow else {
            throw ParameterError("fast must be below slow, and \(fast) is not below \(slow)")
        }
        quick = SmoothedAverage(period: fast, weight: 2 / Double(fast + 1))
        self.slow = SmoothedAverage(period: slow, weight: 2 / Double(slow + 1))
    }

    var warmUp: Int { slow.period }

    /// Takes a usable number, and gives both averages once there were enough.
    @inline(__always)
    mutating func update(_ number: Double) -> (fast: Double, slow: Double)? {
        var fast: Double?
        if count >= slow.period - quick.period { fast = quick.update(number) } else { count += 1 }
        guard let slow = slow.update(number), let fast else { return nil }
        return (fast, slow)
    }
}
