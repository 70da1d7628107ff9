/// What is expected once views are weighed against a prior (Black and Litterman, 1992). A view says what a mix of
/// instruments will earn in a year, and how sure that is.
public struct Posterior: Sendable {
    public struct View: Sendable, Equatable {
        /// Instruments and their factors: one with 1, or one with 1 and another with -1.
        public var mix: [(instrument: Int, factor: Double)]
        public var earns: Double
        /// From 0, which says nothing, to 1, which is certain.
        public var confidence: Double

        public init(mix: [(instrument: Int, factor: Double)], earns: Double, confidence: Double) {
            self.mix = mix
            self.earns = earns
            self.confidence = confidence
        }

        public static func == (one: View, other: View) -> Bool {
            one.earns == other.earns && one.confidence == other.confidence
                && one.mix.elementsEqual(other.mix) {
                    $0.instrument == $1.instrument && $0.factor == $1.factor
                }
        }
    }

    /// A year's returns.
    public let returns: [Double]
    /// The inverse of the covariance, times `returns` less the prior: how views tilt weights, before risk aversion.
    public let tilt: [Double]
    private let spread: [[Double]]
    private let factor: Cholesky
    private let tau: Double

    /// - Parameters:
    ///   - tau: how unsure the prior is, as a part of the covariance.
    /// - Returns: nothing where certain views contradict each other.
    public init?(_ covariance: Matrix, prior: [Double], views: [View], tau: Double) {
        self.tau = tau
        let count = covariance.rows
        let views = views.filter { $0.confidence > 0 }
        // τ · Σ · P, view by view; the covariance is symmetric, so its rows are its columns.
        spread = views.map { view in
            var column = Array(repeating: 0.0, count: count)
            for (instrument, factor) in view.mix {
                let row = covariance.row(instrument)
                for (place, number) in zip(column.indices, row) { column[place] += tau * factor * number }
            }
            return column
        }
        var inner = Matrix(rows: views.count, columns: views.count)
        for (i, view) in views.enumerated() {
            for j in views.indices { inner[i, j] = Posterior.product(view, spread[j]) }
            // Idzorek's closed form: a view half sure counts as much as the prior.
            inner[i, i] += inner[i, i] * (1 - view.confidence) / view.confidence
        }
        guard let factor = Cholesky(inner, tolerance: 1e-12) else { return nil }
        let surprise = views.map { $0.earns - Posterior.product($0, prior) }
        let pull = factor.solve(surprise)
        var returns = prior
        var tilt = Array(repeating: 0.0, count: count)
        for (place, column) in spread.enumerated() {
            for instrument in 0..<count { returns[instrument] += column[instrument] * pull[place] }
            for (instrument, share) in views[place].mix { tilt[instrument] += tau * share * pull[place] }
        }
        self.returns = returns
        self.tilt = tilt
        self.factor = factor
    }

    private static func product(_ view: View, _ vector: [Double]) -> Double {
        view.mix.reduce(0) { $0 + $1.factor * vector[$1.instrument] }
    }

    /// The covariance with the uncertainty of what is expected added.
    public func covariance(_ covariance: Matrix) -> Matrix {
        var whole = scaled(covariance, by: 1 + tau)
        let views = Matrix(rows: spread.count, columns: covariance.rows, spread.flatMap { $0 })
        whole.subtractGram(of: factor.solveLower(views))
        return whole
    }
}
