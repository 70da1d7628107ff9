/// How far the numbers of a feature have moved from those of a reference window.
public struct Drift: Sendable {
    /// The index of the stability of a population: 0 for the same, above 0.1 noticeable, above 0.25 another population.
    public let stabilityIndex: Double
    /// Kolmogorov's and Smirnov's test of whether both are of one population.
    public let test: TwoSampleTest

    /// Numbers that are not finite are left out. Nothing where either side has none.
    public init?(of numbers: [Double], against reference: [Double], bins: Int = 10) {
        let numbers = numbers.filter(\.isFinite).sorted()
        let reference = reference.filter(\.isFinite).sorted()
        guard
            let stability = PopulationStability(reference: reference, bins: bins),
            let index = stability.index(of: numbers),
            let test = TwoSampleTest(sorted: numbers, reference)
        else { return nil }
        stabilityIndex = index
        self.test = test
    }
}
