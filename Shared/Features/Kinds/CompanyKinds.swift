import Indicators

/// Returns beside those of the company that a symbol keeps: the whole universe, or the others of its sector.
struct BesideCompany: SymbolFeature {
    enum Measure: Sendable { case beta, correlation, ownVolatility(periods: Double) }

    private var moments: RollingComoments
    private let measure: Measure

    init(_ measure: Measure, bars: Int) {
        moments = RollingComoments(count: bars)
        self.measure = measure
    }

    mutating func update(_ returns: Pair) -> Double? {
        guard moments.update(returns) else { return nil }
        let common = moments.second.variance()
        guard common > 0 else { return nil }
        switch measure {
        case .beta: return moments.covariance / common
        case .correlation: return moments.correlation
        case .ownVolatility(let periods):
            let covariance = moments.covariance
            let own = moments.first.variance() - covariance * (covariance / common)
            return (max(0, own) * periods).squareRoot()
        }
    }
}
