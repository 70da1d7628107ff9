/// What the features of a fixed market add up to, by revision; `FeatureSetTests.revisions` prints what differs.
enum FeatureFigures {
    static let sums: [String: (revision: Int, sum: Double)] = [
        "FIGURES": (0, 0)
    ]
}
