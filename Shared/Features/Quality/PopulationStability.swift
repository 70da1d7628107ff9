import Glibc

/// A reference window in bins of equal shares, against which other numbers are counted.
public struct PopulationStability: Sendable {
    /// Between the bins, rising; a number on an edge counts to the bin below.
    public let edges: [Double]
    private let shares: [Double]

    /// A share that is empty on one side counts as so much, since its logarithm would be infinite.
    public static let shareMin = 1e-4

    /// Quantiles of sorted finite numbers are the edges, on straight lines between neighbours; equal ones are one edge.
    /// Nothing without numbers.
    init?(reference: [Double], bins: Int) {
        precondition(bins >= 2, "numbers are counted in at least 2 bins, not \(bins)")
        guard !reference.isEmpty else { return nil }
        var edges: [Double] = []
        for bin in 1..<bins {
            let position = Double(bin) / Double(bins) * Double(reference.count - 1)
            let below = Int(position)
            let above = min(below + 1, reference.count - 1)
            let edge = reference[below] + (position - Double(below)) * (reference[above] - reference[below])
            if edges.last != edge { edges.append(edge) }
        }
        self.edges = edges
        shares = PopulationStability.shares(of: reference, edges)
    }

    /// The sum over bins of (share − reference share) · ln(share ÷ reference share).
    func index(of sorted: [Double]) -> Double? {
        guard !sorted.isEmpty else { return nil }
        return zip(PopulationStability.shares(of: sorted, edges), shares).reduce(0) { sum, shares in
            let now = max(shares.0, PopulationStability.shareMin)
            let before = max(shares.1, PopulationStability.shareMin)
            return sum + (now - before) * log(now / before)
        }
    }

    private static func shares(of sorted: [Double], _ edges: [Double]) -> [Double] {
        var counts = Array(repeating: 0, count: edges.count + 1)
        var bin = 0
        for number in sorted {
            while bin < edges.count, number > edges[bin] { bin += 1 }
            counts[bin] += 1
        }
        return counts.map { Double($0) / Double(sorted.count) }
    }
}
