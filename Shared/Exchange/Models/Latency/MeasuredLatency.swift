/// Delays as they were measured, from transcripts for example: each draw is one of them. It is made from its samples
/// rather than from figures, and so has no line in the registry.
public struct MeasuredLatency: LatencyModel {
    public static let name = "measured"
    public static let parameters: [ModelParameter] = []
    private let samples: [Int64]

    public init(_ figures: [Double]) { samples = figures.map { Int64($0) } }

    /// Delays in nanoseconds; negative ones, which clocks that disagree give, count as none.
    public init(nanoseconds samples: [Int64]) { self.samples = samples.map { max($0, 0) } }

    public func draw(_ chance: inout Chance) -> Int64 {
        guard !samples.isEmpty else { return 0 }
        return samples[Int(chance.next() % UInt64(samples.count))]
    }
}
