/// Brings the figures of a factor to one scale.
enum FactorScore {
    /// Figures beyond the quantiles of `winsor` are put on them; then the mean is taken away, and divided by the deviation.
    /// What has no figure scores 0, as do all where none differs.
    static func scores(_ figures: [Double?], winsor: Double) -> [Double] {
        let known = figures.compactMap { $0 }.filter(\.isFinite).sorted()
        guard known.count > 1 else { return figures.map { _ in 0 } }
        let (low, high) = (quantile(winsor, of: known), quantile(1 - winsor, of: known))
        let cut = figures.map { $0.flatMap { $0.isFinite ? min(max($0, low), high) : nil } }
        let values = cut.compactMap { $0 }
        let mean = values.reduce(0, +) / Double(values.count)
        let squares = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
        let deviation = (squares / Double(values.count - 1)).squareRoot()
        guard deviation > 1e-12 * max(1, mean.magnitude) else { return figures.map { _ in 0 } }
        return cut.map { $0.map { ($0 - mean) / deviation } ?? 0 }
    }

    /// Between two figures on a straight line.
    static func quantile(_ share: Double, of sorted: [Double]) -> Double {
        let place = share * Double(sorted.count - 1)
        let below = min(max(Int(place), 0), sorted.count - 1)
        let above = min(below + 1, sorted.count - 1)
        return sorted[below] + (place - Double(below)) * (sorted[above] - sorted[below])
    }
}
