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
    /// The covariance with the uncertainty of what is expected added.
    public let covariance: Matrix

    /// - Parameters:
    ///   - tau: how unsure the prior is, as a part of the covariance.
    /// - Returns: nothing where certain views contradict each other.
    public init?(_ covariance: Matrix, prior: [Double], views: [View], tau: Double) {
        let count = covariance.rows
        let views = views.filter { $0.confidence > 0 }
        // τ · P · Σ, a row for each view.
        var spread = Matrix(rows: views.count, columns: count)
        for (row, view) in views.enumerated() {
            for (instrument, factor) in view.mix {
                spread.add(covariance.row(instrument), times: tau * factor, to: row)
            }
        }
        var inner = Matrix(rows: views.count, columns: views.count)
        for (i, view) in views.enumerated() {
            // Symmetric: what a view gives with the spread of another is what that gives with its own.
            for (instrument, factor) in view.mix {
                for j in views.indices { inner[i, j] += factor * spread[j, instrument] }
            }
            // Idzorek's closed form: a view half sure counts as much as the prior.
            inner[i, i] += inner[i, i] * (1 - view.confidence) / view.confidence
        }
        let unsure = scaled(covariance, by: 1 + tau)
        guard let (factor, rest) = Cholesky.reducing(inner, spread, from: unsure, tolerance: 1e-12) else {
            return nil
        }
        let surprise = views.map { view in
            view.earns - view.mix.reduce(0) { $0 + $1.factor * prior[$1.instrument] }
        }
        let pull = factor.solve(surprise)
        var returns = prior
        var tilt = Array(repeating: 0.0, count: count)
        for (row, view) in views.enumerated() {
            for (place, number) in spread.row(row).enumerated() { returns[place] += number * pull[row] }
            for (instrument, share) in view.mix { tilt[instrument] += tau * share * pull[row] }
        }
        self.returns = returns
        self.tilt = tilt
        self.covariance = rest
    }
}
