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
        let views = views.filter { $0.confidence > 0 }
        let surprise = views.map { view in
            view.earns - view.mix.reduce(0) { $0 + $1.factor * prior[$1.instrument] }
        }
        let found =
            Posterior.areOneEach(views, covariance.rows)
            ? Posterior.ofEach(covariance, views, tau) : Posterior.ofMixes(covariance, views, tau)
        guard let (factor, rest) = found else { return nil }
        let pull = factor.solve(surprise)
        var tilt = Array(repeating: 0.0, count: covariance.rows)
        var returns = Matrix(rows: 1, columns: prior.count, prior)
        for (row, view) in views.enumerated() {
            for (instrument, share) in view.mix {
                tilt[instrument] += tau * share * pull[row]
                returns.add(covariance.row(instrument), times: tau * share * pull[row], to: 0)
            }
        }
        self.returns = returns.numbers
        self.tilt = tilt
        self.covariance = rest
    }

    /// What is left of the covariance once views are known: Σ (1 + τ) - τ Σ Pᵀ (P τ Σ Pᵀ + Ω)⁻¹ P τ Σ; and the matrix in
    /// the middle, taken apart.
    private static func ofMixes(
        _ covariance: Matrix, _ views: [View], _ tau: Double
    ) -> (factor: Cholesky, rest: Matrix)? {
        // τ · P · Σ, a row for each view.
        var spread = Matrix(rows: views.count, columns: covariance.rows)
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
            inner[i, i] += unsure(view, inner[i, i])
        }
        return Cholesky.reducing(inner, spread, from: scaled(covariance, by: 1 + tau), tolerance: 1e-12)
    }

    /// Idzorek's closed form: a view half sure counts as much as the prior.
    private static func unsure(_ view: View, _ variance: Double) -> Double {
        variance * (1 - view.confidence) / view.confidence
    }

    /// Whether there is a view of each instrument, in their order, and none so unsure that what it leaves would be a small
    /// difference of large numbers.
    private static func areOneEach(_ views: [View], _ count: Int) -> Bool {
        views.count == count
            && views.enumerated().allSatisfy { place, view in
                view.mix.count == 1 && view.mix[0] == (place, 1) && view.confidence >= 0.05
            }
    }

    /// The same where P is nothing but ones on the diagonal, in less than half of the work: with A for τ Σ + Ω, what is left
    /// is Σ + Ω - Ω A⁻¹ Ω.
    private static func ofEach(
        _ covariance: Matrix, _ views: [View], _ tau: Double
    ) -> (factor: Cholesky, rest: Matrix)? {
        let omega = views.enumerated().map { unsure($1, tau * covariance[$0, $0]) }
        var (inner, rest) = (scaled(covariance, by: tau), covariance)
        for place in omega.indices {
            inner[place, place] += omega[place]
            rest[place, place] += omega[place]
        }
        return Cholesky.reducing(inner, diagonal: omega, from: rest, tolerance: 1e-12)
    }
}
