import Statistics

/// How sure the figures of a run are: the ranges in which they lie for 95 % of the histories that are put together from
/// pieces of its own. The same run gives the same ranges.
public struct Confidence: Sendable {
    public let annualReturn: Bootstrap.Interval?
    public let sharpe: Bootstrap.Interval?
    public let maxDrawdown: Bootstrap.Interval?

    /// Enough for the second digit, and few enough to be done before anybody waits.
    private static let samples = 400

    public init(_ record: BacktestRecord) throws(ReturnsError) {
        let returns = try Returns(Summary.returns(record))
        guard returns.count >= 20 else {
            (annualReturn, sharpe, maxDrawdown) = (nil, nil, nil)
            return
        }
        let bootstrap = Bootstrap(samples: Confidence.samples)
        annualReturn = bootstrap.interval(of: returns) { $0.annualReturn }
        sharpe = bootstrap.interval(of: returns) { $0.sharpe() }
        maxDrawdown = bootstrap.interval(of: returns) { $0.maximumDrawdown.map { -$0 } }
    }
}
